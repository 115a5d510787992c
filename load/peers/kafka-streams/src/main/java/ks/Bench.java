package ks;

import java.lang.management.*;
import java.nio.file.*;
import java.util.*;
import java.util.stream.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.*;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.*;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.state.*;

/** Drains the backlog -Dpasses times in one JVM (pass 1 = warm-up), a fresh application.id each pass; prints wall, CPU and a check against truth.txt. */
public final class Bench {
    static final com.sun.management.OperatingSystemMXBean OS = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    static String opt(String k, String d) { return System.getProperty(k, d); }

    static Deserializer<Ev> parser(int dom) { return new StreamParser(dom); }

    static Topology topology(String mode, String partialTopic) {
        Topology t = new Topology();
        TimestampExtractor ts = (r, pt) -> r.value() == null ? Math.max(pt, 0) : ((Ev) r.value()).time;
        for (int d = 0; d < 4; d++) {
            final int dom = d;
            t.addSource(Topology.AutoOffsetReset.EARLIEST, "src-" + d, ts, new BytesDeserializer(), parser(d), D.TOPIC[d]);
            if (mode.equals("heap")) {
                t.addProcessor("fold-" + d, () -> new HeapProcessor(dom), "src-" + d);
                t.addStateStore(HeapStore.builder("sub-" + d), "fold-" + d);
            } else {
                t.addProcessor("fold-" + d, () -> new KvProcessor(dom), "src-" + d);
                boolean rocks = opt("store", "mem").equals("rocks"), cache = !opt("cache", "on").equals("off");
                StoreBuilder<?> a = Stores.keyValueStoreBuilder(rocks ? Stores.persistentKeyValueStore("sub-" + d) : Stores.inMemoryKeyValueStore("sub-" + d), Serdes.Bytes(), Sub.serde());
                StoreBuilder<?> b = Stores.keyValueStoreBuilder(rocks ? Stores.persistentKeyValueStore("acc-" + d) : Stores.inMemoryKeyValueStore("acc-" + d), Serdes.Bytes(), Acc.serde());
                t.addStateStore(cache ? a.withCachingEnabled() : a, "fold-" + d); t.addStateStore(cache ? b.withCachingEnabled() : b, "fold-" + d);
            }
        }
        if (opt("group", "four").equals("one")) // a shared store joins the four folds into one sub-topology: 12 tasks of 4 partitions instead of 48
            t.addStateStore(Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore("tie"), Serdes.Bytes(), Serdes.Bytes()).withLoggingDisabled(), "fold-0", "fold-1", "fold-2", "fold-3");
        t.addSink("partial", partialTopic, new StringSerializer(), new StringSerializer(), "fold-0", "fold-1", "fold-2", "fold-3");
        t.addSource(Topology.AutoOffsetReset.EARLIEST, "src-partial", new StringDeserializer(), new StringDeserializer(), partialTopic);
        t.addProcessor("merge", MergeProcessor::new, "src-partial");
        t.addStateStore(Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore("merge"), Serdes.String(), Serdes.String()), "merge");
        t.addSink("kpi", D.KPI, new StringSerializer(), new StringSerializer(), "merge");
        return t;
    }

    public static void main(String[] args) throws Exception {
        String mode = opt("mode", "kv"), guarantee = opt("guarantee", "at_least_once"); 
        int passes = Integer.getInteger("passes", 4), threads = Integer.getInteger("threads", 1);
        String label = opt("label", mode + "/" + guarantee + "/t" + threads + (opt("store", "mem").equals("rocks") ? "/rocks" : ""));
        Admin adm = Admin.create(Map.of("bootstrap.servers", D.BOOT));
        Truth truth = new Truth(opt("truth", "truth.txt"));
        if (!adm.listTopics().names().get().contains(D.KPI)) adm.createTopics(List.of(new NewTopic(D.KPI, 4, (short) 1).configs(Map.of("retention.ms", "-1")))).all().get();
        long total = Long.getLong("n", endSum(adm, D.TOPIC)), records = total;
        for (int pass = 1; pass <= passes; pass++) {
            waitForGo();
            String app = opt("app", "ksa-" + System.currentTimeMillis()), partial = D.PARTIAL + "." + app;
                        boolean resume = Boolean.getBoolean("resume"); // crash test: same application.id again, state restored from the changelogs
            if (!resume) adm.createTopics(List.of(new NewTopic(partial, 4, (short) 1).configs(Map.of("retention.ms", "-1")))).all().get();
            Map<TopicPartition, Long> from = ends(adm, D.KPI); if (resume) from.replaceAll((k, v) -> 0L);
            Partials.reset();
            Properties c = new Properties();
            c.put("application.id", app); c.put("bootstrap.servers", D.BOOT); c.put("processing.guarantee", guarantee); c.put("num.stream.threads", threads);
            c.put("state.dir", opt("state", "state")); c.put("replication.factor", 1); c.put("statestore.cache.max.bytes", 128L << 20);
            c.put("auto.offset.reset", "earliest"); c.put("max.poll.records", opt("poll", "1000")); c.put("buffered.records.per.partition", opt("buffered", "1000"));
            c.put("producer.linger.ms", "100"); c.put("topology.optimization", "all");
            if (System.getProperty("commit") != null) c.put("commit.interval.ms", opt("commit", "")); // default 30 s (at_least_once), 100 ms (exactly_once_v2)
            KafkaStreams ks = new KafkaStreams(topology(mode, partial), c);
            System.gc(); Thread.sleep(500); System.out.println("BEGIN");
            Machine m0 = new Machine(); long cpu0 = OS.getProcessCpuTime(), gc0 = gcMs(), t0 = System.nanoTime();
            ks.start();
            long first = 0, cpuFirst = 0;
            long stable = 0, seen = 0;
            while (Partials.processed() < records) {
                Thread.sleep(2);
                if (resume) { if (Partials.processed() != seen || seen == 0) { seen = Partials.processed(); stable = System.nanoTime(); } else if (System.nanoTime() - stable > 5_000_000_000L) { System.out.println("processed after the restart: " + seen); break; } }
                if (first == 0 && Partials.processed() > 0) { first = System.nanoTime(); cpuFirst = OS.getProcessCpuTime(); }
                if (!ks.state().isRunningOrRebalancing()) { System.out.println("state " + ks.state()); System.exit(2); }
            }
            long t1 = System.nanoTime(), cpu1 = OS.getProcessCpuTime(), thr = streamThreadCpu(); Machine m1 = new Machine();
            System.out.println("DRAINED " + (records - Partials.markersSeen())); Thread.sleep(Long.getLong("tail", 2500L)); System.out.println("CLOSING"); // idle: let the last partials merge (not counted)
            long cpu2 = OS.getProcessCpuTime(); ks.close(); long cpu3 = OS.getProcessCpuTime(); System.out.println("CLOSED"); // final commit: caches and changelogs flushed (counted)
            total = records - Partials.markersSeen(); double wall = (t1 - t0) / 1e9, run = (t1 - first) / 1e9, cpu = (cpu1 - cpu0 + cpu3 - cpu2) / 1e9;
            String check = opt("check", "on").equals("off") ? "-" : truth.check(adm, from);
            long clog = 0; List<String> del = adm.listTopics().names().get().stream().filter(x -> x.contains(app)).collect(Collectors.toList());
            for (String x : del) if (x.endsWith("-changelog")) clog += endSum(adm, x);
            System.out.printf(Locale.ROOT, "%s PASS %d | events %d | wall %.2f s %.0f k ev/s (from first record %.0f k) | cpu %.3f us/ev (drain only %.3f, final commit+close %.3f) stream threads %.3f us/ev | gc %d ms | changelog %d rec | late %d | others busy %.2f cores, broker %.2f | %s%n",
                label, pass, total, wall, total / wall / 1e3, total / run / 1e3, cpu * 1e6 / total, (cpu1 - cpu0) / 1e3 / total, (cpu3 - cpu2) / 1e3 / total, thr / 1e3 / total, gcMs() - gc0, clog, Partials.LATE.get(),
                m1.others(m0, (cpu1 - cpu0) / 1e9), m1.broker(m0), check);
            ks.cleanUp();
            if (!del.isEmpty()) adm.deleteTopics(del).all().get();
            adm.deleteConsumerGroups(List.of(app)).all().whenComplete((v, x) -> { });
            Thread.sleep(1500);
        }
        adm.close(); System.exit(0);
    }

    /** -Dwait=1: one line on stdin starts one pass (the driver interleaves processes that stay warm) */
    static void waitForGo() throws Exception { if (System.getProperty("wait") != null) { int c; while ((c = System.in.read()) != '\n') if (c < 0) System.exit(0); } }
    static long streamThreadCpu() { ThreadMXBean b = ManagementFactory.getThreadMXBean(); long s = 0; for (ThreadInfo i : b.getThreadInfo(b.getAllThreadIds())) if (i != null && i.getThreadName().contains("StreamThread") && !i.getThreadName().contains("kafka-producer") && i.getThreadName().matches(".*StreamThread-\\d+$")) s += Math.max(0, b.getThreadCpuTime(i.getThreadId())); return s; }
    static long gcMs() { long s = 0; for (GarbageCollectorMXBean g : ManagementFactory.getGarbageCollectorMXBeans()) s += g.getCollectionTime(); return s; }
    static Map<TopicPartition, Long> ends(Admin a, String... topics) throws Exception {
        Map<TopicPartition, OffsetSpec> q = new HashMap<>();
        for (TopicDescription d : a.describeTopics(List.of(topics)).allTopicNames().get().values()) d.partitions().forEach(p -> q.put(new TopicPartition(d.name(), p.partition()), OffsetSpec.latest()));
        Map<TopicPartition, Long> r = new HashMap<>(); a.listOffsets(q).all().get().forEach((k, v) -> r.put(k, v.offset())); return r;
    }
    static long endSum(Admin a, String... topics) throws Exception { return ends(a, topics).values().stream().mapToLong(x -> x).sum(); }

    /** /proc/stat busy time and the broker's, to show how contended a pass was */
    static final class Machine {
        final long t = System.nanoTime(); double busy, broker;
        Machine() {
            try {
                String[] f = Files.readAllLines(Path.of("/proc/stat")).get(0).trim().split("\\s+");
                busy = (Long.parseLong(f[1]) + Long.parseLong(f[2]) + Long.parseLong(f[3]) + Long.parseLong(f[6]) + Long.parseLong(f[7]) + Long.parseLong(f[8])) / 100.0;
                String pid = System.getProperty("brokerPid");
                if (pid != null) { String s = Files.readString(Path.of("/proc/" + pid + "/stat")); String[] g = s.substring(s.lastIndexOf(')') + 2).split(" "); broker = (Long.parseLong(g[11]) + Long.parseLong(g[12])) / 100.0; }
            } catch (Exception e) { busy = broker = Double.NaN; }
        }
        double others(Machine a, double own) { return (busy - a.busy - own - (broker - a.broker)) / ((t - a.t) / 1e9); }
        double broker(Machine a) { return (broker - a.broker) / ((t - a.t) / 1e9); }
    }

    /** compares the KPI records of one pass (last value per key) with the generator's tally */
    static final class Truth {
        final Map<String, double[]> t = new HashMap<>();
        Truth(String f) throws Exception { if (Files.exists(Path.of(f))) for (String l : Files.readAllLines(Path.of(f))) put(t, l); }
        static final com.fasterxml.jackson.databind.ObjectMapper M = new com.fasterxml.jackson.databind.ObjectMapper();
        static void put(Map<String, double[]> m, String l) throws Exception { com.fasterxml.jackson.databind.JsonNode n = M.readTree(l); m.put(n.get("kpi").asText() + "|" + n.get("scope").asText() + "|" + n.get("windowStart").asLong(), new double[] {n.get("num").asDouble(), n.get("den").asDouble()}); }
        String check(Admin adm, Map<TopicPartition, Long> from) throws Exception {
            Map<TopicPartition, Long> to = ends(adm, D.KPI); Map<String, double[]> got = new HashMap<>(); long recs = 0;
            try (KafkaConsumer<String, String> c = new KafkaConsumer<>(Map.of("bootstrap.servers", D.BOOT, "isolation.level", "read_committed"), new StringDeserializer(), new StringDeserializer())) {
                c.assign(to.keySet()); for (TopicPartition p : to.keySet()) c.seek(p, from.get(p));
                for (;;) { boolean done = true; for (TopicPartition p : to.keySet()) if (c.position(p) < to.get(p)) done = false; if (done) break; for (ConsumerRecord<String, String> r : c.poll(java.time.Duration.ofMillis(200))) { put(got, r.value()); recs++; } }
            }
            int ok = 0, bad = 0, missing = 0; String ex = "";
            long lastW = t.keySet().stream().mapToLong(k -> Long.parseLong(k.substring(k.lastIndexOf('|') + 1))).max().orElse(0);
            for (Map.Entry<String, double[]> e : t.entrySet()) {
                if (e.getKey().endsWith("|" + lastW) || !e.getKey().contains(opt("only", "."))) continue; // the last window never closes: no event after it
                double[] g = got.get(e.getKey()), w = e.getValue();
                if (g == null) missing++; else if (Math.abs(g[0] - w[0]) < 1e-3 && (w[1] < 0 || Math.abs(g[1] - w[1]) < 1e-3)) ok++; else { bad++; if (ex.isEmpty()) ex = " e.g. " + e.getKey() + " got " + Arrays.toString(g) + " want " + Arrays.toString(w); }
            }
            return "check: " + ok + " equal, " + bad + " different, " + missing + " missing (" + recs + " kpi records)" + ex;
        }
    }
}
