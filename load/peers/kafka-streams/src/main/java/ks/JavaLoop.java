package ks;

import java.time.Duration;
import java.util.*;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.*;
import org.apache.kafka.common.utils.Bytes;

/** Plain KafkaConsumer, one thread, no Streams: consume | parse | fold (heap only, no state output). The split of the Java side. */
public final class JavaLoop {
    public static void main(String[] x) throws Exception {
        String step = System.getProperty("step", "fold"); int passes = Integer.getInteger("passes", 5);
        try (Admin adm = Admin.create(Map.of("bootstrap.servers", D.BOOT))) {
            Map<TopicPartition, Long> ends = Bench.ends(adm, D.TOPIC); long total = ends.values().stream().mapToLong(v -> v).sum();
            for (int pass = 1; pass <= passes; pass++) {
                Bench.waitForGo();
                StreamParser[] ps = new StreamParser[4]; for (int d = 0; d < 4; d++) ps[d] = new StreamParser(d);
                Fold[][] folds = new Fold[4][D.PARTITIONS]; long[] closed = new long[1];
                for (int d = 0; d < 4; d++) for (int p = 0; p < D.PARTITIONS; p++) folds[d][p] = new Fold(d, new Heap(), w -> closed[0]++);
                long n = 0, bytes = 0, markers = 0; double sink = 0;
                System.gc(); Thread.sleep(300); System.out.println("BEGIN");
                Bench.Machine m0 = new Bench.Machine(); long c0 = Bench.OS.getProcessCpuTime(), t0 = System.nanoTime();
                try (KafkaConsumer<byte[], byte[]> c = new KafkaConsumer<>(Map.of("bootstrap.servers", D.BOOT, "max.poll.records", "5000"), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                    c.assign(ends.keySet()); c.seekToBeginning(ends.keySet());
                    while (n < total) for (ConsumerRecord<byte[], byte[]> r : c.poll(Duration.ofMillis(100))) {
                        n++; bytes += r.value().length;
                        if (step.equals("consume")) continue;
                        int d = D.domainOf(r.topic()); Ev e = ps[d].deserialize(null, r.value());
                        if (e == null || e.tick) markers++; if (step.equals("parse")) { if (e != null) sink += e.gn1 + e.time; continue; }
                        if (e != null && e.tick) folds[d][r.partition()].tick(e.time); else if (e != null) folds[d][r.partition()].event(Bytes.wrap(r.key()), e);
                    }
                }
                System.out.println("DRAINED " + (total - markers)); System.out.println("CLOSING"); System.out.println("CLOSED"); long t1 = System.nanoTime(), c1 = Bench.OS.getProcessCpuTime(); Bench.Machine m1 = new Bench.Machine();
                System.out.printf(Locale.ROOT, "java loop %s%s PASS %d | wall %.2f s %.0f k ev/s | cpu %.3f us/ev | others busy %.2f cores, broker %.2f | %.1f MB %s%n", step, "", pass, (t1 - t0) / 1e9, total / ((t1 - t0) / 1e6), (c1 - c0) / 1e3 / total,
                    m1.others(m0, (c1 - c0) / 1e9), m1.broker(m0), bytes / 1e6, sink == 1 ? "" : "");
            }
        }
    }

    static final class Heap implements Fold.Store {
        final HashMap<Bytes, Sub> sub = new HashMap<>(); final Acc[] acc = new Acc[D.ND];
        public Sub get(Bytes k) { return sub.get(k); }
        public void put(Bytes k, Sub s) { if (s.key == k) sub.putIfAbsent(k, s); }
        public Acc acc(int d) { return acc[d]; }
        public void putAcc(int d, Acc a) { acc[d] = a; }
        public void each(java.util.function.BiConsumer<Bytes, Sub> f) { sub.forEach(f); }
    }
}
