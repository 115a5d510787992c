package ks;

import com.fasterxml.jackson.core.*;
import java.io.IOException;
import org.apache.kafka.common.serialization.Deserializer;

/** Jackson streaming: every token is read (so malformed JSON is refused), only the needed values are materialised. A tick gives its time alone, a run marker null. */
public final class StreamParser implements Deserializer<Ev> {
    private static final JsonFactory F = JsonFactory.builder().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build();
    private static final int ID_AT = "{\"specversion\":\"1.0\",\"id\":\"".length();
    private final int dom; private final Ev.Iso iso = new Ev.Iso();
    public StreamParser(int dom) { this.dom = dom; }

    private static boolean tick(byte[] b) { return b.length > ID_AT + 4 && b[ID_AT] == 't' && b[ID_AT + 1] == 'i' && b[ID_AT + 4] == '-'; }
    private static boolean marker(byte[] b) { return b.length > ID_AT + 4 && (b[ID_AT] == 'r' && b[ID_AT + 1] == 'u' && b[ID_AT + 3] == '-'); }

    @Override public Ev deserialize(String topic, byte[] b) {
        if (b == null || marker(b)) return null;
        try (JsonParser p = F.createParser(b)) {
            Ev e = new Ev(); e.tick = tick(b); boolean verification = false;
            if (p.nextToken() != JsonToken.START_OBJECT) throw new IOException("not an object");
            String n;
            while ((n = p.nextFieldName()) != null) switch (n) {
                case "type": { String t = p.nextTextValue(); verification = t.indexOf("verification") > 0; break; }
                case "time": p.nextToken(); e.time = iso.parse(p.getTextCharacters(), p.getTextOffset(), p.getTextLength()); break;
                case "seq": e.seq = p.nextIntValue(-1); break;
                case "district": e.district = D.DIDX.get(p.nextTextValue()).byteValue(); break;
                case "data": p.nextToken(); if (e.tick) p.skipChildren(); else data(p, e, verification); break;
                default: p.nextToken(); p.skipChildren();
            }
            return e;
        } catch (IOException x) { throw new org.apache.kafka.common.errors.SerializationException(x); }
    }

    private void data(JsonParser p, Ev e, boolean verification) throws IOException {
        String n, mode = null, state = null; boolean el = false, ok = false, eligible = false; int occupied = 0, capacity = 0, volume = 0; double load = 0, delay = 0;
        while ((n = p.nextFieldName()) != null) switch (n) {
            case "mode": mode = p.nextTextValue(); break;
            case "volume": volume = p.nextIntValue(0); break;
            case "delayS": p.nextToken(); delay = p.getDoubleValue(); break;
            case "occupied": occupied = p.nextIntValue(0); break;
            case "capacity": capacity = p.nextIntValue(0); break;
            case "state": state = p.nextTextValue(); break;
            case "loadPct": p.nextToken(); load = p.getDoubleValue(); break;
            case "eligible": eligible = p.nextBooleanValue(); break;
            case "presented": el = "e-license".equals(p.nextTextValue()); break;
            case "outcome": ok = "accepted".equals(p.nextTextValue()); break;
            default: p.nextToken(); p.skipChildren();
        }
        switch (dom) {
            case D.SIGNAL: e.covered = !"offline".equals(mode); e.wn1 = "adaptive".equals(mode) ? 1 : 0; e.wd1 = 1; e.wn2 = volume * Math.round(delay * 10); e.wd2 = volume; break;
            case D.PARKING: e.covered = e.gauge = true; e.gn1 = occupied; e.gd1 = capacity; e.gn2 = capacity - occupied; break;
            case D.FIVEG: { boolean out = "out".equals(state), carries = !out && !"sleep".equals(state); e.covered = e.gauge = true; e.gn1 = carries ? (int) Math.round(load * 10) : 0; e.gd1 = carries ? 1 : 0; e.gn2 = out ? 0 : 1; e.gd2 = 1; break; }
            default: if (verification) { e.wn1 = eligible && el && ok ? 1 : 0; e.wd1 = eligible ? 1 : 0; e.wn2 = 1; }
        }
    }
}
