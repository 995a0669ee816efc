package naru.log;

import static naru.base.Invariant.check;

/**
 * What one round of compaction may use.
 *
 * @param mapBytes memory for the offset map, this round's share of {@code log.cleaner.dedupe.buffer.size}
 * @param mapLoad {@code log.cleaner.io.buffer.load.factor}: how full the map may become, above 0 to 1
 * @param bytesPerSecond read and written together, this round's share of {@code log.cleaner.io.max.bytes.per.second}
 * @param rest how many times as long as a step took the round rests after it, from 0
 * @param unpackedBytesMax what one compressed batch may expand to
 */
public record CompactionLimits(long mapBytes, double mapLoad, double bytesPerSecond, int rest, int unpackedBytesMax) {

    public CompactionLimits {
        check(mapBytes > 0, "the offset map has room");
        check(mapLoad > 0 && mapLoad <= 1, "the offset map is filled in part or whole");
        check(bytesPerSecond > 0, "compaction goes on");
        check(rest >= 0, "a rest is not shorter than none");
    }
}
