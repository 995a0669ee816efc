package naru.replication;

/** The two state machines with one mistake in them, by what the package leaves open to be overridden. */
final class Mistakes {

    private Mistakes() {}

    static PartitionLeader leader(
            Bug bug, PartitionLeader.Rules rules, ReplicaSets sets, LiveBrokers live, Holding holding, long nowMs) {
        return switch (bug) {
            case COMMITTED_SET_ALONE_COUNTS -> new PartitionLeader(rules, sets, live, holding, nowMs) {
                @Override
                boolean counts(FollowerProgress follower, long atMs) {
                    return inSync().contains(follower.id());
                }
            };
            case JOINS_BEFORE_THE_EPOCH -> new PartitionLeader(rules, sets, live, holding, nowMs) {
                @Override
                boolean mayJoin(FollowerProgress follower) {
                    return follower.logEnd() >= highWatermark() && isLive(follower);
                }
            };
            default -> new PartitionLeader(rules, sets, live, holding, nowMs);
        };
    }

    static PartitionFollower follower(Bug bug, NaiveLog log, Durability policy, Holding holding, int lastEpoch) {
        return switch (bug) {
            case OWN_EPOCHS_IGNORED -> new PartitionFollower(policy, holding, lastEpoch) {
                @Override
                long placeToCut(FollowerInput.Diverged diverged) {
                    return Math.min(diverged.endOffset(), log.end());
                }
            };
            case LATE_FETCH_TAKEN -> new PartitionFollower(policy, holding, lastEpoch) {
                @Override
                boolean isOpen(FetchPoint at) {
                    return super.isOpen(at) || isAsking() && at.offset() == log.end();
                }
            };
            default -> new PartitionFollower(policy, holding, lastEpoch);
        };
    }
}
