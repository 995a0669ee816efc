package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import naru.base.TopicPartition;

/**
 * What the broker has promised, and the checks that it keeps its word. Every record has a text of its own, so one seen
 * twice, changed or invented is recognised.
 *
 * <p>What was acknowledged, and what a consumer has read, stays where it was said to be for ever, as long as the
 * durability policy covers what happened; {@link #forget} ends all promises after something it does not cover.
 */
public class Promises {

    private static final class Shelf {
        private final TreeMap<Long, String> acknowledged = new TreeMap<>();
        private final TreeMap<Long, String> read = new TreeMap<>();
        private final Map<String, Long> offsetOf = new HashMap<>();
        private long highWatermark;
    }

    private final Map<TopicPartition, Shelf> shelves = new TreeMap<>();
    private final Set<String> sent = new HashSet<>();
    private Runnable trap;
    private long acknowledgedCount;
    private long readCount;

    private Shelf shelf(TopicPartition partition) {
        return shelves.computeIfAbsent(partition, key -> new Shelf());
    }

    /** A producer is about to send a record, once or as often as idempotence allows: it may be in the log once. */
    public void sending(String text) {
        sent.add(text);
    }

    public void acknowledged(TopicPartition partition, long offset, String text) {
        var shelf = shelf(partition);
        agree(partition, offset, text, shelf.acknowledged.put(offset, text), "acknowledged twice, for");
        agree(partition, offset, text, shelf.read.get(offset), "acknowledged, although a consumer read there");
        place(partition, shelf, offset, text);
        acknowledgedCount++;
        if (trap != null) {
            var sprung = trap;
            trap = null;
            sprung.run();
        }
    }

    /** A consumer read this record. */
    public void read(TopicPartition partition, long offset, String text) {
        var shelf = shelf(partition);
        unless(sent.contains(text), at(partition, offset) + " holds what nobody sent: " + text);
        agree(partition, offset, text, shelf.read.put(offset, text), "read, although it was read before as");
        agree(partition, offset, text, shelf.acknowledged.get(offset), "read, although what was acknowledged is");
        place(partition, shelf, offset, text);
        readCount++;
    }

    /** A consumer was given everything in this range of offsets. */
    public void readAll(TopicPartition partition, long from, long end) {
        var shelf = shelf(partition);
        var seen = shelf.read.subMap(from, end);
        shelf.acknowledged.subMap(from, end).forEach((offset, text) ->
                unless(seen.containsKey(offset), at(partition, offset) + " is lost: " + text + " was acknowledged"));
        unless(seen.size() == end - from, partition + " has a gap in " + from + ".." + end);
    }

    /** What was acknowledged between these offsets. */
    List<String> acknowledged(TopicPartition partition, long from, long end) {
        return List.copyOf(shelf(partition).acknowledged.subMap(from, end).values());
    }

    /** Where everything is that was acknowledged, in order. */
    List<Long> acknowledgedOffsets(TopicPartition partition) {
        return List.copyOf(shelf(partition).acknowledged.keySet());
    }

    /** Does something, once, at the very moment when the next record is acknowledged: the best moment to cut the power. */
    void atNextAcknowledgement(Runnable what) {
        trap = what;
    }

    /** The furthest anybody was ever told to read. */
    public long highWatermark(TopicPartition partition) {
        return shelf(partition).highWatermark;
    }

    /** The broker says how far consumers may read; {@code whenAsked} is what was known when the question left. */
    public void highWatermark(TopicPartition partition, long offset, long whenAsked) {
        unless(offset >= whenAsked, partition + "'s high watermark went back from " + whenAsked + " to " + offset);
        shelf(partition).highWatermark = Math.max(shelf(partition).highWatermark, offset);
    }

    /** The end of what somebody relies upon: a producer who was told that it is safe, or a consumer who has seen it. */
    long reliedUpon(TopicPartition partition) {
        var shelf = shelf(partition);
        long acknowledged = shelf.acknowledged.isEmpty() ? 0 : shelf.acknowledged.lastKey() + 1;
        return Math.max(acknowledged, shelf.read.isEmpty() ? 0 : shelf.read.lastKey() + 1);
    }

    /** The broker refused a position that it once offered. */
    public void outOfRange(TopicPartition partition, long position) {
        unless(position > shelf(partition).highWatermark,
                at(partition, position) + " is out of range, although the high watermark has been "
                        + shelf(partition).highWatermark);
    }

    /** The whole partition was read and ends here: nothing acknowledged may lie beyond. */
    public void complete(TopicPartition partition, long end) {
        var shelf = shelf(partition);
        readAll(partition, 0, end);
        var beyond = shelf.acknowledged.ceilingEntry(end);
        unless(beyond == null, beyond == null ? "" : partition + " ends at " + end + ", lost: " + beyond.getValue());
    }

    public Set<TopicPartition> partitions() {
        return shelves.keySet();
    }

    /** Something happened against which the policy promises nothing. What survives is still not to be invented. */
    public void forget() {
        shelves.clear();
    }

    public long acknowledgedCount() {
        return acknowledgedCount;
    }

    public long readCount() {
        return readCount;
    }

    private void place(TopicPartition partition, Shelf shelf, long offset, String text) {
        var before = shelf.offsetOf.putIfAbsent(text, offset);
        unless(before == null || before == offset,
                brief(text) + " is twice in " + partition + ", at " + before + " and " + offset);
    }

    private static void agree(TopicPartition partition, long offset, String text, String other, String how) {
        unless(other == null || other.equals(text), 
                at(partition, offset) + ": " + brief(text) + " is " + how + " " + brief(other));
    }

    private static String brief(String text) {
        return text == null || text.length() <= 24 ? text : text.substring(0, 24) + "...";
    }

    private static String at(TopicPartition partition, long offset) {
        return partition + "@" + offset;
    }
}
