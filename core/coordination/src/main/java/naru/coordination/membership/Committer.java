package naru.coordination.membership;

/**
 * Who wants to commit offsets of a group.
 *
 * @param memberId empty when it names none
 * @param instanceId null when it names none
 * @param generation the classic generation or the member epoch; below 0 when it names none
 * @param transactional true for TxnOffsetCommit
 * @param version of the request
 */
public record Committer(String memberId, String instanceId, int generation, boolean transactional, int version) {

    /** True for a client outside of group management: a tool, or a consumer that assigns to itself. */
    public boolean isAnonymous() {
        return generation < 0 && memberId.isEmpty() && instanceId == null;
    }
}
