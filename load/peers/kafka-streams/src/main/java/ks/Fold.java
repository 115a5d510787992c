package ks;

import java.util.*;
import java.util.function.LongConsumer;
import org.apache.kafka.common.utils.Bytes;

/** The fold of one (domain, partition), the same for every mode: duplicate check by seq, window sums, running sums over fresh assets, expiry by minute buckets. */
final class Fold {
    interface Store { Sub get(Bytes k); void put(Bytes k, Sub s); Acc acc(int d); void putAcc(int d, Acc a); void each(java.util.function.BiConsumer<Bytes, Sub> f); }
    private final int dom; private final boolean latest; private final Store st; private final LongConsumer closed; long cur = -1; long late, duplicates;
    /** assets by the minute of their latest event: rebuilt on restore, so it needs no changelog */
    private final HashMap<Long, ArrayList<Bytes>> byMinute = new HashMap<>();
    private long covExpired = Long.MIN_VALUE, gaugeExpired = Long.MIN_VALUE;

    Fold(int dom, Store st, LongConsumer closed) { this.dom = dom; latest = dom != D.ELIC; this.st = st; this.closed = closed; }

    void restored() {
        for (int i = 0; i < D.ND; i++) { Acc a = st.acc(i); if (a != null) cur = Math.max(cur, a.win); }
        byMinute.clear(); st.each((k, s) -> bucket(k, s.time / D.WINDOW_MS));
    }
    private void bucket(Bytes k, long minute) { byMinute.computeIfAbsent(minute, m -> new ArrayList<>()).add(k); }

    void event(Bytes k, Ev e) {
        long w = e.time / D.WINDOW_MS;
        if (w >= D.START_WIN) { // earlier = the opening census: state only
            if (cur < 0) cur = D.START_WIN;
            if (w < cur) { late++; return; }
            if (w > cur) close(w);
        }
        Sub s = st.get(k); long before = -1;
        if (s == null) { s = new Sub(); s.key = k; s.district = e.district; } else if (e.seq <= s.seq) { duplicates++; return; } else before = s.time / D.WINDOW_MS;
        Acc a = st.acc(e.district); if (a == null) a = new Acc();
        long[] x = a.s;
        if (w >= D.START_WIN) { a.win = w; x[Acc.WN1] += e.wn1; x[Acc.WD1] += e.wd1; x[Acc.WN2] += e.wn2; x[Acc.WD2] += e.wd2; }
        if (latest) {
            if (s.inCov != e.covered) { x[Acc.COV] += e.covered ? 1 : -1; s.inCov = e.covered; }
            if (e.gauge) {
                if (s.inGauge) { x[Acc.GN1] -= s.gn1; x[Acc.GD1] -= s.gd1; x[Acc.GN2] -= s.gn2; x[Acc.GD2] -= s.gd2; }
                x[Acc.GN1] += e.gn1; x[Acc.GD1] += e.gd1; x[Acc.GN2] += e.gn2; x[Acc.GD2] += e.gd2;
                s.gn1 = e.gn1; s.gd1 = e.gd1; s.gn2 = e.gn2; s.gd2 = e.gd2; s.inGauge = true;
            }
            if (before != w) bucket(k, w);
        }
        s.time = e.time; s.seq = e.seq;
        st.put(k, s); st.putAcc(e.district, a);
    }

    /** nothing older follows: what ends by then is over */
    void tick(long time) {
        long w = time / D.WINDOW_MS;
        if (w < D.START_WIN) return;
        if (cur < 0) cur = D.START_WIN;
        if (w > cur) close(w);
    }

    private void close(long w) {
        for (long x = cur; x < w; x++) {
            if (latest) { expire(x); }
            closed.accept(x);
            for (int i = 0; i < D.ND; i++) { Acc a = st.acc(i); if (a != null) { a.endWindow(); a.win = x + 1; st.putAcc(i, a); } }
        }
        cur = w;
    }

    /** fresh at the end of window x: minute of the latest event > x - freshness */
    private void expire(long x) {
        long cov = x - D.FRESH_COV[dom], gauge = x - D.FRESH_GAUGE[dom];
        for (Iterator<Map.Entry<Long, ArrayList<Bytes>>> it = byMinute.entrySet().iterator(); it.hasNext();) {
            Map.Entry<Long, ArrayList<Bytes>> b = it.next(); long m = b.getKey();
            boolean isCov = m <= cov, isGauge = m <= gauge && m > gaugeExpired;
            if (!isCov && !isGauge) continue;
            for (Bytes k : b.getValue()) {
                Sub s = st.get(k); if (s.time / D.WINDOW_MS != m) continue;
                boolean c = isCov && s.inCov, g = m <= gauge && s.inGauge; if (!c && !g) continue;
                Acc a = st.acc(s.district);
                if (c) { a.s[Acc.COV]--; s.inCov = false; }
                if (g) { a.s[Acc.GN1] -= s.gn1; a.s[Acc.GD1] -= s.gd1; a.s[Acc.GN2] -= s.gn2; a.s[Acc.GD2] -= s.gd2; s.inGauge = false; }
                st.put(k, s); st.putAcc(s.district, a);
            }
            if (isCov && m <= gauge) it.remove();
        }
        gaugeExpired = Math.max(gaugeExpired, gauge);
    }
}
