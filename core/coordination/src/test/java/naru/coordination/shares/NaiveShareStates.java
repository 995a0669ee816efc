package naru.coordination.shares;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.protocol.ErrorCode;

/** What a share coordinator knows, as a word about each record: no batches, no snapshots, no log. */
final class NaiveShareStates {

    /** What is known about one record. */
    record Word(byte state, short deliveries) {
        Word newer(Word other) {
            boolean older = deliveries < other.deliveries || deliveries == other.deliveries && state < other.state;
            return older ? other : this;
        }
    }

    private static final class One {
        int stateEpoch;
        int leaderEpoch;
        long start;
        int completed = -1;
        TreeMap<Long, Word> words = new TreeMap<>();
    }

    private final TreeMap<ShareKey, One> states = new TreeMap<>();
    /** Partitions the cluster does not have. */
    final TreeSet<ShareKey> gone = new TreeSet<>();
    /** The next write comes to nothing. */
    boolean isFailing;

    private ErrorCode written(Runnable change) {
        if (isFailing) {
            isFailing = false;
            return ErrorCode.COORDINATOR_NOT_AVAILABLE;
        }
        change.run();
        return ErrorCode.NONE;
    }

    ErrorCode initialize(ShareKey key, int stateEpoch, long start) {
        var known = states.get(key);
        if (key.partition() < 0) {
            return ErrorCode.INVALID_REQUEST;
        }
        if (known != null && stateEpoch >= 0 && stateEpoch < known.stateEpoch) {
            return ErrorCode.FENCED_STATE_EPOCH;
        }
        if (gone.contains(key)) {
            return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        var fresh = new One();
        fresh.stateEpoch = stateEpoch;
        fresh.start = start;
        return written(() -> states.put(key, fresh));
    }

    private ErrorCode fence(ShareKey key, int leaderEpoch, int stateEpoch) {
        var one = states.get(key);
        if (one == null) {
            return ErrorCode.INVALID_REQUEST;
        }
        if (leaderEpoch >= 0 && leaderEpoch < one.leaderEpoch) {
            return ErrorCode.FENCED_LEADER_EPOCH;
        }
        if (stateEpoch >= 0 && stateEpoch < one.stateEpoch) {
            return ErrorCode.FENCED_STATE_EPOCH;
        }
        return gone.contains(key) ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.NONE;
    }

    ErrorCode write(ShareKey key, int leaderEpoch, StateKeeper.Change change) {
        var fenced = fence(key, leaderEpoch, change.stateEpoch());
        return fenced != ErrorCode.NONE ? fenced : written(() -> apply(states.get(key), change));
    }

    private static void apply(One one, StateKeeper.Change change) {
        one.start = change.start() < 0 ? one.start : change.start();
        one.completed = change.completed();
        for (var batch : change.batches()) {
            for (long at = batch.first(); at < batch.end(); at++) {
                one.words.merge(at, new Word(batch.state(), batch.deliveries()), Word::newer);
            }
        }
        one.words.headMap(one.start).clear();
    }

    /** A leader reads; a newer one than before is the leader from now on. */
    ErrorCode read(ShareKey key, int leaderEpoch) {
        var fenced = fence(key, leaderEpoch, -1);
        if (fenced != ErrorCode.NONE || leaderEpoch <= states.get(key).leaderEpoch) {
            return fenced;
        }
        return written(() -> states.get(key).leaderEpoch = leaderEpoch);
    }

    ErrorCode delete(ShareKey key) {
        if (key.partition() < 0) {
            return ErrorCode.INVALID_REQUEST;
        }
        if (gone.contains(key)) {
            return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        return states.containsKey(key) ? written(() -> states.remove(key)) : ErrorCode.NONE;
    }

    void forgetGone() {
        for (var key : List.copyOf(states.keySet())) {
            if (gone.contains(key)) {
                written(() -> states.remove(key));
            }
        }
    }

    boolean has(ShareKey key) {
        return states.containsKey(key);
    }

    int stateEpochOf(ShareKey key) {
        return has(key) ? states.get(key).stateEpoch : 0;
    }

    int leaderEpochOf(ShareKey key) {
        return has(key) ? states.get(key).leaderEpoch : 0;
    }

    /** In the coordinator's words. */
    ShareShard.State state(ShareKey key) {
        var one = states.get(key);
        if (one == null) {
            return new ShareShard.State(ShareTold.DONE, 0, 0, -1, -1, List.of());
        }
        var batches = new ArrayList<StateBatch>();
        one.words.forEach((at, word) -> {
            var last = batches.isEmpty() ? null : batches.getLast();
            boolean goesOn = last != null && last.end() == at
                    && last.state() == word.state && last.deliveries() == word.deliveries;
            if (goesOn) {
                batches.removeLast();
            }
            batches.add(new StateBatch(goesOn ? last.first() : at, at + 1, word.state, word.deliveries));
        });
        return new ShareShard.State(
                ShareTold.DONE, one.stateEpoch, one.leaderEpoch, one.start, one.completed, List.copyOf(batches));
    }
}
