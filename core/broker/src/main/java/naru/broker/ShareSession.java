package naru.broker;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import naru.base.Uuid;

/** The partitions that one consumer of a share group fetches, from request to request. */
final class ShareSession {

    /** Whose it is. */
    record Key(String group, String member) {}

    record Part(Uuid topic, int partition) {

        @Override
        public int hashCode() {
            return topic.hashCode() * 31 + partition;
        }
    }

    private final Key key;
    private final Conversation conversation;
    private final LinkedHashSet<Part> parts = new LinkedHashSet<>();
    private int epoch = 1;
    private int turn;

    ShareSession(Key key, Conversation conversation) {
        this.key = key;
        this.conversation = conversation;
    }

    Key key() {
        return key;
    }

    /** Which epoch the next request must name. */
    int epoch() {
        return epoch;
    }

    boolean isOf(Conversation other) {
        return conversation == other;
    }

    void use() {
        epoch = epoch == Integer.MAX_VALUE ? 1 : epoch + 1;
    }

    LinkedHashSet<Part> parts() {
        return parts;
    }

    /** Every request begins with another one, so that no partition starves behind a busy one. */
    List<Part> inTurn() {
        var all = List.copyOf(parts);
        if (all.size() < 2) {
            return all;
        }
        int first = Math.floorMod(turn++, all.size());
        var turned = new ArrayList<>(all.subList(first, all.size()));
        turned.addAll(all.subList(0, first));
        return turned;
    }
}
