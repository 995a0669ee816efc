package naru.coordination.consumers;

/** How far a member has come towards its target. The codes are those of the stored record. */
enum MemberState {
    /** It has what it should have. */
    STABLE(0),
    /** It must give up partitions before it goes on. */
    UNREVOKED_PARTITIONS(1),
    /** It waits for partitions that others still have. */
    UNRELEASED_PARTITIONS(2),
    /** Written by a later version: it starts anew. */
    UNKNOWN(127);

    final byte code;

    MemberState(int code) {
        this.code = (byte) code;
    }

    static MemberState of(byte code) {
        for (var state : values()) {
            if (state.code == code) {
                return state;
            }
        }
        return UNKNOWN;
    }
}
