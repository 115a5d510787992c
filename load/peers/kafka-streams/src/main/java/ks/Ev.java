package ks;

/** What the KPI work needs of one event. */
public final class Ev {
    public boolean tick; public int seq; public long time; public byte district; public boolean covered, gauge; public int gn1, gd1, gn2, gd2; public long wn1, wd1, wn2, wd2;

    /** "2025-06-18T10:05:00.000Z" -> epoch ms; fixed positions, the day is cached. */
    static final class Iso {
        private int day = -1; private long dayMs;
        long parse(char[] c, int o, int len) {
            if (len != 24 || c[o + 10] != 'T' || c[o + 23] != 'Z') return java.time.Instant.parse(new String(c, o, len)).toEpochMilli();
            int y = (d(c[o]) * 10 + d(c[o + 1])) * 100 + d(c[o + 2]) * 10 + d(c[o + 3]), m = d(c[o + 5]) * 10 + d(c[o + 6]), dd = d(c[o + 8]) * 10 + d(c[o + 9]);
            int key = (y << 9) | (m << 5) | dd;
            if (key != day) { day = key; dayMs = java.time.LocalDate.of(y, m, dd).toEpochDay() * 86_400_000L; }
            return dayMs + (d(c[o + 11]) * 10 + d(c[o + 12])) * 3_600_000L + (d(c[o + 14]) * 10 + d(c[o + 15])) * 60_000L + (d(c[o + 17]) * 10 + d(c[o + 18])) * 1000L
                + d(c[o + 20]) * 100 + d(c[o + 21]) * 10 + d(c[o + 22]);
        }
        private static int d(char c) { return c - '0'; }
    }
}
