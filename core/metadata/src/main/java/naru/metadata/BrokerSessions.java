package naru.metadata;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import naru.protocol.ErrorCode;
import naru.protocol.message.BrokerRegistrationRequest;
import naru.protocol.message.BrokerRegistrationResponse;

/**
 * When each broker of a cluster was heard last, and what it said: what the active controller knows beside the cluster's
 * value, and what is lost with it. A new one gives every broker a whole session's time. Changed by the controller's desk
 * alone; {@link Controller} only reads it.
 */
public final class BrokerSessions {

    /** No process is known to hold this number. */
    private static final long NOBODY = -1;
    private static final int NOBODY_YET = -1;

    /**
     * @param epoch of the registration
     * @param heardAtNs by the monotonic clock
     * @param metadataOffset how much of the metadata it has
     * @param leavingAt the end of the metadata when its last leadership was given away; -1 when it does not leave
     * @param lost true when its process is known to be gone
     * @param connected false until a heartbeat has come, and when the connection on which the last one came has ended
     */
    private record Session(long epoch, long heardAtNs, long metadataOffset, long leavingAt, boolean lost, boolean connected) {

        private Session heard(long nowNs, long offset) {
            return new Session(epoch, nowNs, Math.max(offset, metadataOffset), leavingAt, false, true);
        }
    }

    /**
     * Another controller is a broker too, as a rule, and lost the decision because most had not heard it for a while. If it
     * is well, it speaks up as soon as it hears who decides now, and that long it may take. A whole session more would leave
     * what it leads without a leader for twice as long as it takes to miss any other broker.
     */
    private static final long DEPOSED_NS_MAX = TimeUnit.MILLISECONDS.toNanos(250);

    /** Heartbeats come more often than that many times a session. */
    private static final int DOUBTS_PER_SESSION = 4;

    private final long timeoutNs;
    private final TreeMap<Integer, Session> sessions = new TreeMap<>();
    private int decidedBefore = NOBODY_YET;
    private long lookedAtNs;

    /** @param timeoutMs how long a broker may be silent, {@code broker.session.timeout.ms} */
    public BrokerSessions(int timeoutMs) {
        this.timeoutNs = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    }

    /** Another node decides now. */
    public void decidesElsewhere(int id) {
        decidedBefore = id;
    }

    /**
     * This controller has just begun to decide: every broker that may lead is taken for alive from now on, and for a shorter
     * time the one that decided before.
     *
     * @param endOffset of the metadata
     */
    public void begin(Cluster cluster, long endOffset, long nowNs) {
        sessions.clear();
        lookedAtNs = nowNs;
        cluster.brokers().values().stream().filter(broker -> !broker.fenced()).forEach(broker ->
                sessions.put(broker.id(), new Session(
                        broker.epoch(), broker.id() == decidedBefore ? nowNs - timeoutNs + Math.min(timeoutNs, DEPOSED_NS_MAX) : nowNs,
                        -1, broker.inControlledShutdown() ? endOffset : -1, false, false)));
    }

    /** A broker has registered under this epoch. */
    private void registered(int id, long epoch, long nowNs) {
        var known = sessions.get(id);
        if (known == null || known.epoch() < epoch) {
            sessions.put(id, new Session(epoch, nowNs, -1, -1, false, false));
        } else if (known.epoch() == epoch) {
            sessions.put(id, known.heard(nowNs, -1));
        }
    }

    /** A broker has sent a heartbeat under this epoch; one of an epoch before the known one is not heard. */
    public void heard(int id, long epoch, long metadataOffset, long nowNs) {
        var known = sessions.get(id);
        if (known == null || known.epoch() < epoch) {
            sessions.put(id, new Session(epoch, nowNs, metadataOffset, -1, false, true));
        } else if (known.epoch() == epoch) {
            sessions.put(id, known.heard(nowNs, metadataOffset));
        }
    }

    /** The process behind this registration is known to be gone; unless it is heard again, it is overdue at once. */
    public void lost(int id, long epoch) {
        var known = sessions.get(id);
        if (known != null && known.epoch() == epoch) {
            sessions.put(id, new Session(epoch, known.heardAtNs(), known.metadataOffset(), known.leavingAt(), true, false));
        }
    }

    /** The connection on which its heartbeats came has ended; the next one comes on another, if there is a next one. */
    public void hungUp(int id, long epoch) {
        var known = sessions.get(id);
        if (known != null && known.epoch() == epoch) {
            sessions.put(id, new Session(
                    epoch, known.heardAtNs(), known.metadataOffset(), known.leavingAt(), known.lost(), false));
        }
    }

    /**
     * A process that wants to register was told what became of that. One that is refused because its number is taken, and is at home
     * where the broker of that number is, says that this one has ended: so it is waited for no longer than a live one needs to be heard.
     */
    public void answered(BrokerRegistrationRequest asked, BrokerRegistrationResponse reply, Cluster cluster, long nowNs) {
        var known = cluster.brokers().get(asked.brokerId());
        if (reply.errorCode() == ErrorCode.NONE.code()) {
            registered(asked.brokerId(), reply.brokerEpoch(), nowNs);
        } else if (reply.errorCode() == ErrorCode.DUPLICATE_BROKER_REGISTRATION.code() && known.isAtHomeOf(asked)) {
            doubt(known.id(), known.epoch(), nowNs - timeoutNs + timeoutNs / DOUBTS_PER_SESSION);
        }
    }

    private void doubt(int id, long epoch, long heardAtNsMax) {
        var known = sessions.get(id);
        if (known != null && known.epoch() == epoch) {
            sessions.put(id, new Session(epoch, Math.min(known.heardAtNs(), heardAtNsMax), known.metadataOffset(),
                    known.leavingAt(), known.lost(), known.connected()));
        }
    }

    /** True while heartbeats of this registration come in on a connection that stands: its process is there for certain. */
    boolean isConnected(int id, long epoch) {
        var known = sessions.get(id);
        return known != null && known.epoch() == epoch && known.connected();
    }

    /** The broker has given away leaderships on its way out: it may go when everybody knows, that is has {@code offset}. */
    public void leaves(int id, long offset) {
        var known = sessions.get(id);
        if (known != null) {
            sessions.put(id, new Session(known.epoch(), known.heardAtNs(), known.metadataOffset(), offset, known.lost(), known.connected()));
        }
    }

    public void forget(int id) {
        sessions.remove(id);
    }

    /**
     * Somebody who means to look every so many milliseconds looks now. If that comes twice as late, this controller was held up,
     * by a collector, a disk or others on its processor, and what brokers said meanwhile may still wait to be heard: the delay is
     * no silence of theirs. Else a busy machine would fence all of its brokers, which makes it busier.
     */
    public void look(long everyMs, long nowNs) {
        long everyNs = TimeUnit.MILLISECONDS.toNanos(everyMs);
        long lateNs = nowNs - lookedAtNs - everyNs;
        lookedAtNs = nowNs;
        if (lateNs > everyNs) {
            sessions.replaceAll((_, one) -> new Session(
                    one.epoch(), Math.min(nowNs, one.heardAtNs() + lateNs), one.metadataOffset(), one.leavingAt(), one.lost(), one.connected()));
        }
    }

    /** Brokers that may lead, by the cluster's value, but were silent for too long: what FenceBrokers wants to know. */
    public SortedMap<Integer, Long> overdue(Cluster cluster, long nowNs) {
        var overdue = new TreeMap<Integer, Long>();
        sessions.forEach((id, session) -> {
            var broker = cluster.brokers().get(id);
            boolean isMeant = broker != null && !broker.fenced() && broker.epoch() == session.epoch();
            if (isMeant && !isAlive(session, nowNs)) {
                overdue.put(id, session.epoch());
            }
        });
        return Collections.unmodifiableSortedMap(overdue);
    }

    /** True when a process with this registration was heard lately, so that the number is taken. */
    public boolean isAlive(int id, long epoch, long nowNs) {
        var known = sessions.get(id);
        return known != null && known.epoch() == epoch && isAlive(known, nowNs);
    }

    private boolean isAlive(Session session, long nowNs) {
        return !session.lost() && nowNs - session.heardAtNs() < timeoutNs;
    }

    /** The least that any broker has of the metadata, of those that serve clients; {@link Long#MAX_VALUE} without any. */
    public long metadataOffsetMin(Cluster cluster) {
        long least = Long.MAX_VALUE;
        for (var broker : cluster.brokers().values()) {
            if (broker.isActive()) {
                var known = sessions.get(broker.id());
                least = Math.min(least, known == null ? NOBODY : known.metadataOffset());
            }
        }
        return least;
    }

    /** Where the metadata ended when this broker's last leadership was given away; -1 when it does not leave. */
    public long leavingAt(int id) {
        var known = sessions.get(id);
        return known == null ? NOBODY : known.leavingAt();
    }
}
