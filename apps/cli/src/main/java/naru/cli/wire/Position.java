package naru.cli.wire;

import java.time.ZoneId;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import naru.cli.Failure;
import naru.cli.terminal.Times;

/** A place in partitions as people name it. */
public sealed interface Position {

    /** The oldest record there is. */
    record Start() implements Position {}

    /** After the newest record there is. */
    record End() implements Position {}

    record At(long offset) implements Position {}

    /** So many records before the end of each partition. */
    record Last(long records) implements Position {}

    /** The first record that is not older. */
    record Since(long timestampMs) implements Position {}

    /** What {@link #parse} takes. */
    String WORDS = "start, end, an offset, -N for the last N, or a time such as 2026-11-21T14:05, 14:05 or -5m";

    /** @param option which one it was given to, for the complaint */
    static Position parse(String option, String text, long nowMs) {
        switch (text) {
            case "start", "earliest", "beginning" -> {
                return new Start();
            }
            case "end", "latest" -> {
                return new End();
            }
            default -> { }
        }
        if (text.matches("\\d{1,12}")) {
            return new At(Long.parseLong(text));
        }
        if (text.matches("-\\d{1,18}")) {
            return new Last(Long.parseLong(text.substring(1)));
        }
        var time = Times.parse(text, nowMs, ZoneId.systemDefault());
        return new Since(time.orElseThrow(() -> Failure.misuse("--" + option + " does not understand '" + text + "'", "it takes " + WORDS)));
    }

    /** The offsets that this is in these partitions, never outside of what there is. */
    default Map<Place, Long> offsets(Brokers brokers, Topology topology, Collection<Place> places, boolean committed) {
        var askedStarts = Offsets.ask(brokers, topology, places, Offsets.START);
        var askedEnds = Offsets.ask(brokers, topology, places, Offsets.END, committed);
        var askedTimes = this instanceof Since(long ms) ? Offsets.ask(brokers, topology, places, ms, committed) : null;
        var starts = askedStarts.await();
        var ends = askedEnds.await();
        var times = askedTimes == null ? Map.<Place, Long>of() : askedTimes.await();
        var offsets = new TreeMap<Place, Long>();
        for (var place : places) {
            if (!starts.containsKey(place) || !ends.containsKey(place)) {
                throw new Failure("partition " + place + " cannot be asked, it has no leader", "see 'naru topics describe " + place.topic() + "'");
            }
            long start = starts.get(place);
            long end = ends.get(place);
            long wanted = switch (this) {
                case Start() -> start;
                case End() -> end;
                case At(long offset) -> offset;
                case Last(long records) -> end - records;
                case Since(long _) -> times.getOrDefault(place, -1L) < 0 ? end : times.get(place);
            };
            offsets.put(place, Math.clamp(wanted, start, Math.max(start, end)));
        }
        return offsets;
    }
}
