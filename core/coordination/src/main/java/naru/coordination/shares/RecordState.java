package naru.coordination.shares;

/** What became of a record so far, for one share group. */
public enum RecordState {

    /** Nobody has it. */
    AVAILABLE(0),
    /** Somebody has it, for as long as his lock lasts. */
    ACQUIRED(1),
    /** Somebody is done with it. Final. */
    ACKNOWLEDGED(2),
    /** It was rejected, delivered too often, or is not there to be read. Final. */
    ARCHIVED(4);

    private static final RecordState[] ALL = values();

    private final byte id;

    RecordState(int id) {
        this.id = (byte) id;
    }

    /** Its number in Kafka's messages and records. */
    public byte id() {
        return id;
    }

    public boolean isFinal() {
        return this == ACKNOWLEDGED || this == ARCHIVED;
    }

    /** Null when there is no such state. */
    public static RecordState of(byte id) {
        for (var state : ALL) {
            if (state.id == id) {
                return state;
            }
        }
        return null;
    }
}
