package ks;

/** kafka-producer-perf-test in a JVM that stays warm: its own main with the arguments given, once for each line on stdin. */
public final class PerfLoop {
    public static void main(String[] args) throws Exception {
        String records = "0";
        for (int i = 0; i + 1 < args.length; i++) if (args[i].equals("--num-records")) records = args[i + 1];
        for (;;) {
            Bench.waitForGo();
            System.gc(); Thread.sleep(300);
            System.out.println("BEGIN");
            org.apache.kafka.tools.ProducerPerformance.main(args);
            System.out.println("DRAINED " + records); System.out.println("CLOSING"); System.out.println("CLOSED");
            System.out.println("producer-perf-test pass | ");
        }
    }
}
