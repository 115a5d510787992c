package ks;

import com.fasterxml.jackson.databind.*;
import java.time.Duration;
import java.util.*;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.*;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.*;

/** Second sub-topology: the partials of one (domain, window) -> 11 districts + city, all its KPIs. Idempotent per source partition. */
final class MergeProcessor implements Processor<String, String, String, String> {
    private static final ObjectMapper M = new ObjectMapper();
    private ProcessorContext<String, String> ctx; private KeyValueStore<String, String> st; private final Set<String> dirty = new LinkedHashSet<>();

    @Override public void init(ProcessorContext<String, String> c) {
        ctx = c; st = c.getStateStore("merge");
        c.schedule(Duration.ofSeconds(1), PunctuationType.WALL_CLOCK_TIME, t -> { for (String k : dirty) emit(k, false); dirty.clear(); });
    }

    @Override public void process(Record<String, String> r) {
        try {
            JsonNode n = M.readTree(r.value());
            st.put(r.key() + "|" + (char) ('a' + n.get("p").asInt()), r.value());
            if (emit(r.key(), true)) dirty.remove(r.key()); else dirty.add(r.key());
        } catch (java.io.IOException x) { throw new RuntimeException(x); }
    }

    /** true when all partitions have reported (the window is final and its partials are dropped) */
    private boolean emit(String key, boolean onlyComplete) {
        List<String> ks = new ArrayList<>(); List<String> vs = new ArrayList<>();
        try (KeyValueIterator<String, String> it = st.range(key + "|", key + "|z")) { while (it.hasNext()) { KeyValue<String, String> kv = it.next(); ks.add(kv.key); vs.add(kv.value); } }
        boolean complete = ks.size() == D.PARTITIONS;
        if (onlyComplete && !complete) return false;
        int dom = key.charAt(0) - '0'; long w = Long.parseLong(key.substring(2)); long[][] s = new long[D.ND + 1][Acc.N];
        try {
            for (String v : vs) { JsonNode n = M.readTree(v).get("s"); for (int x = 0; x < D.ND; x++) { JsonNode row = n.get(x); for (int i = 0; i < Acc.N; i++) { long y = row.get(i).asLong(); s[x][i] += y; s[D.ND][i] += y; } } }
        } catch (java.io.IOException x) { throw new RuntimeException(x); }
        for (int x = 0; x <= D.ND; x++) {
            if (x == D.WHOLE) continue;
            String scope = x == D.ND ? "440100" : D.DISTRICT[x];
            for (D.Kpi k : D.KPIS[dom]) {
                String kpi = D.NAME[dom] + "." + k.name();
                ctx.forward(new Record<>(kpi + "|" + scope + "|" + w, D.kpiJson(kpi, scope, w, s[x][k.num()] / D.unit(dom, k, false), k.den() < 0 ? -1 : s[x][k.den()] / D.unit(dom, k, true)), w));
            }
        }
        if (complete) for (String k : ks) st.delete(k);
        return complete;
    }
}
