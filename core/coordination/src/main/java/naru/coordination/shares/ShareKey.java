package naru.coordination.shares;

import naru.base.Uuid;

/** What a share coordinator keeps state of: one partition, as one group sees it. */
public record ShareKey(String group, Uuid topic, int partition) implements Comparable<ShareKey> {

    /** How Kafka writes it where a coordinator is looked for. */
    public String text() {
        return group + ":" + topic + ":" + partition;
    }

    /** Null when it is not one. A group's name may hold colons, the other two may not. */
    public static ShareKey parse(String text) {
        int last = text.lastIndexOf(':');
        int middle = last < 0 ? -1 : text.lastIndexOf(':', last - 1);
        if (middle <= 0) {
            return null;
        }
        try {
            return new ShareKey(text.substring(0, middle), Uuid.parse(text.substring(middle + 1, last)),
                    Integer.parseInt(text.substring(last + 1)));
        } catch (IllegalArgumentException notOne) {
            return null;
        }
    }

    @Override
    public int compareTo(ShareKey other) {
        int byGroup = group.compareTo(other.group);
        int byTopic = byGroup != 0 ? byGroup : topic.compareTo(other.topic);
        return byTopic != 0 ? byTopic : Integer.compare(partition, other.partition);
    }

    @Override
    public int hashCode() {
        return (group.hashCode() * 31 + topic.hashCode()) * 31 + partition;
    }
}
