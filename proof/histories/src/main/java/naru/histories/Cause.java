package naru.histories;

/** The record that a write answers, in consume-transform-produce: each is answered once, by one group. */
public record Cause(String group, String partition, long offset) {

    @Override
    public String toString() {
        return partition + "@" + offset + " for group " + group;
    }
}
