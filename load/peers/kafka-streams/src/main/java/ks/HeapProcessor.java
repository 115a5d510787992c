package ks;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.*;
import org.apache.kafka.streams.processor.api.Record;

/** Variant "heap": the same fold on plain objects, see HeapStore. */
final class HeapProcessor implements Processor<Bytes, Ev, String, String> {
    private final int dom; private Fold fold; private final AtomicLong count = Partials.counter(), markers = Partials.markers();
    HeapProcessor(int dom) { this.dom = dom; }

    @Override public void init(ProcessorContext<String, String> c) {
        HeapStore st = c.getStateStore("sub-" + dom); int partition = c.taskId().partition(); st.load();
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
