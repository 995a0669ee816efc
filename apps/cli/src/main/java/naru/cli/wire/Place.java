package naru.cli.wire;

import java.util.Comparator;

/** A partition by its topic's name. */
public record Place(String topic, int partition) implements Comparable<Place> {

    private static final Comparator<Place> ORDER = Comparator.comparing(Place::topic).thenComparingInt(Place::partition);

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return topic + ":" + partition;
    }
}
