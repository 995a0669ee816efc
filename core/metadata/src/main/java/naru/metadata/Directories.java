package naru.metadata;

import naru.base.Uuid;

/** Ids in the place of a log folder's that mean something else; the numbers are Kafka's (KIP-858). */
public final class Directories {

    /** Written before folders had ids: nobody knows, and nobody need ask. */
    public static final Uuid UNKNOWN = Uuid.ZERO;

    /** The broker chooses, and tells. */
    public static final Uuid UNASSIGNED = new Uuid(0, 1);

    /** Was in a folder that its broker has no more. */
    public static final Uuid LOST = new Uuid(0, 2);

    /** Ids up to here are not those of folders. */
    private static final long RESERVED_MAX = 100;

    private Directories() {}

    static boolean isReserved(Uuid id) {
        return id.high() == 0 && Long.compareUnsigned(id.low(), RESERVED_MAX) < 0;
    }

    /** False when what lies in this folder of the broker cannot be served. A broker without ids is taken at its word. */
    public static boolean isOnline(BrokerNode broker, Uuid folder) {
        if (folder.equals(LOST)) {
            return false;
        }
        return folder.equals(UNKNOWN) || folder.equals(UNASSIGNED) || broker.directories().isEmpty()
                || broker.directories().contains(folder);
    }

    /** Where a new replica goes: with one folder that is open there is nothing to choose; else the broker chooses and tells. */
    static Uuid ofNewReplica(BrokerNode broker) {
        if (broker == null) {
            return UNASSIGNED;
        }
        var open = broker.cordoned() == null ? broker.directories()
                : broker.directories().stream().filter(id -> !broker.cordoned().contains(id)).toList();
        return open.size() == 1 ? open.getFirst() : UNASSIGNED;
    }

    /** True when it takes no new replicas because every folder it has was cordoned by its operator (KIP-1066). */
    static boolean isCordoned(BrokerNode broker) {
        return broker.cordoned() != null && !broker.directories().isEmpty()
                && broker.cordoned().containsAll(broker.directories());
    }
}
