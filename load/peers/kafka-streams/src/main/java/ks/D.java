package ks;

/** Shared constants: topics of the project (-Dprefix), districts and, for what is in none of them, the whole city; windows, freshness. */
final class D {
    static final String BOOT = System.getProperty("boot", "127.0.0.1:19092"), PREFIX = System.getProperty("prefix", "city.");
    static final int SIGNAL = 0, PARKING = 1, FIVEG = 2, ELIC = 3;
    static final String[] NAME = {"traffic-signal", "parking", "five-g-site", "e-license"};
    static final String[] TOPIC = new String[4];
    static { for (int i = 0; i < 4; i++) TOPIC[i] = PREFIX + NAME[i]; }
    static final String[] DISTRICT = {"440103", "440104", "440105", "440106", "440111", "440112", "440113", "440114", "440115", "440117", "440118", "440100"};
    static final int ND = 12, WHOLE = 11, PARTITIONS = 12;
    static final long WINDOW_MS = 60_000L, START_WIN = java.time.Instant.parse(System.getProperty("start", "2025-06-18T08:30:00.000Z")).toEpochMilli() / WINDOW_MS;
    static final String KPI = System.getProperty("kpi", "ks.kpi"), PARTIAL = KPI + "-partial";
    static final java.util.Map<String, Integer> DIDX = new java.util.HashMap<>();
    static { for (int i = 0; i < ND; i++) DIDX.put(DISTRICT[i], i); }
    /** minutes an asset's latest event stays fresh: for coverage, for the gauges (design.md §6) */
    static final int[] FRESH_COV = {10, 15, 24 * 60, 40}, FRESH_GAUGE = {10, 15, 40, 40};
    /** KPI name, numerator slot, denominator slot (-1 = none), divisor of both */
    record Kpi(String name, int num, int den, double scale) {}
    static final Kpi[][] KPIS = {
        {new Kpi("coverage", Acc.COV, -1, 1), new Kpi("usage", Acc.WN1, Acc.WD1, 1), new Kpi("delay", Acc.WN2, Acc.WD2, 1)},
        {new Kpi("coverage", Acc.COV, -1, 1), new Kpi("usage", Acc.GN1, Acc.GD1, 1), new Kpi("free", Acc.GN2, -1, 1)},
        {new Kpi("coverage", Acc.COV, -1, 1), new Kpi("usage", Acc.GN1, Acc.GD1, 1), new Kpi("availability", Acc.GN2, Acc.GD2, 1)},
        {new Kpi("usage", Acc.WN1, Acc.WD1, 1), new Kpi("volume", Acc.WN2, -1, 1)}};

    static int domainOf(String topic) { for (int i = 0; i < 4; i++) if (TOPIC[i].equals(topic)) return i; throw new IllegalArgumentException(topic); }
    /** numerators in thousandths where the measure has decimals */
    static double unit(int dom, Kpi k, boolean den) { return den ? 1 : dom == FIVEG && k.num == Acc.GN1 ? 1000 : dom == SIGNAL && k.num == Acc.WN2 ? 10 : 1; }

    static String kpiJson(String kpi, String scope, long w, double num, double den) { return "{\"kpi\":\"" + kpi + "\",\"scope\":\"" + scope + "\",\"windowStart\":" + w + ",\"num\":" + n(num) + "" + (den < 0 ? "" : ",\"den\":" + n(den)) + "}"; }
    static String n(double d) { return d == Math.rint(d) ? Long.toString((long) d) : Double.toString(Math.round(d * 1e6) / 1e6); }
}
