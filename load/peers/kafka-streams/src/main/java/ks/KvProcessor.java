package ks;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.*;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.*;

/** Variant "kv": public API only. The assets' latest state and the districts' sums live in two Kafka Streams key-value stores (changelog on). */
final class KvProcessor implements Processor<Bytes, Ev, String, String> {
    static final Bytes[] DK = new Bytes[D.ND];
    static { for (int i = 0; i < D.ND; i++) DK[i] = Bytes.wrap(new byte[] {(byte) i}); }
    private final int dom; private Fold fold; private final AtomicLong count = Partials.counter(), markers = Partials.markers();
    KvProcessor(int dom) { this.dom = dom; }

    @Override public void init(ProcessorContext<String, String> c) {
        KeyValueStore<Bytes, Sub> sub = c.getStateStore("sub-" + dom); KeyValueStore<Bytes, Acc> acc = c.getStateStore("acc-" + dom); int partition = c.taskId().partition();
        Fold.Store st = new Fold.Store() {
            public Sub get(Bytes k) { return sub.get(k); }
            public void put(Bytes k, Sub s) { sub.put(k, s); }
            public Acc acc(int d) { return acc.get(DK[d]); }
            public void putAcc(int d, Acc a) { acc.put(DK[d], a); }
            public void each(BiConsumer<Bytes, Sub> f) { try (KeyValueIterator<Bytes, Sub> it = sub.all()) { while (it.hasNext()) { var kv = it.next(); f.accept(kv.key, kv.value); } } }
        };
        fold = new Fold(dom, st, x -> Partials.emit(c, dom, x, partition, st)); fold.restored();
    }
    @Override public void process(Record<Bytes, Ev> r) {
        count.lazySet(count.get() + 1);
        if (r.value() == null) { markers.lazySet(markers.get() + 1); return; }
        if (r.value().tick) { markers.lazySet(markers.get() + 1); fold.tick(r.value().time); return; }
        fold.event(r.key(), r.value());
    }
    @Override public void close() { Partials.LATE.addAndGet(fold.late + fold.duplicates); }
}
