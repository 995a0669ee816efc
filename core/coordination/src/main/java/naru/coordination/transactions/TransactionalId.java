package naru.coordination.transactions;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import naru.base.TopicPartition;
import naru.coordination.runtime.Deadlines;
import naru.protocol.ErrorCode;

/** One transactional id: its fact, and what goes on around it that no record tells. */
final class TransactionalId {

    /** Every client that knows the protocol waits longer than this before it asks again; what was stuck on the way comes at once. */
    private static final long CHALLENGE_MS = 10;

    private static final int PARKED_MAX = 64;

    /**
     * A request to add partitions, which waits until it can be decided.
     *
     * @param channel null for generation two
     * @param untilMs when it is told CONCURRENT_TRANSACTIONS
     */
    record Adding(Claim claim, SortedSet<TopicPartition> partitions, Channel channel, long untilMs, Consumer<ErrorCode> reply) {

        /** Both at once: a producer adds the partitions of one request one by one, and all of them wait for the first. */
        Adding with(Adding other) {
            var all = new TreeSet<>(partitions);
            all.addAll(other.partitions());
            return new Adding(claim, all, channel, Math.min(untilMs, other.untilMs()), error -> {
                reply.accept(error);
                other.reply().accept(error);
            });
        }

        boolean asksAs(Adding other) {
            return claim.equals(other.claim()) && Objects.equals(channel, other.channel());
        }
    }

    private record Parked(Adding adding, Deadlines.Deadline deadline) {}

    private record Challenge(Channel channel, Object question, long atMs) {}

    final String name;
    /** What the log says; null until the first record is committed. */
    Transaction now;
    /** A record is on its way: nothing else may be decided until it is there. */
    boolean pending;
    /** Partitions that do not have the marker of the present verdict yet. */
    TreeSet<TopicPartition> unmarked = new TreeSet<>();
    /** The verdict that {@link #unmarked} belongs to. */
    Transaction closing;
    /** Markers are on their way. */
    boolean marking;
    /** The timeout of an open transaction; the next attempt for one that is closing. Made when it is first needed. */
    Deadlines.Deadline deadline;
    private final Deque<Parked> parked = new ArrayDeque<>(0);
    private Channel newest;
    private Challenge challenge;

    TransactionalId(String name) {
        this.name = name;
    }

    boolean isBusy() {
        return pending || now != null && now.state().isClosing();
    }

    /** A new epoch: whatever is under way with older ones is fenced by that. */
    void forgetChannels() {
        newest = null;
        challenge = null;
    }

    /**
     * Generation one gives many transactions the same epoch, so a request that was stuck in a connection the producer gave
     * up would be taken for one about the present transaction. Its age gives it away: the present transaction was spoken of
     * on a younger connection. A producer that truly uses both hears CONCURRENT_TRANSACTIONS and asks again; nobody listens
     * any more on the connection that was given up.
     *
     * @param question what is asked, to tell the same question asked again
     */
    boolean isLate(Channel channel, Object question, long nowMs) {
        if (newest == null || !channel.isOlderThan(newest)) {
            newest = channel;
            return false;
        }
        boolean heardUs = challenge != null && challenge.channel().equals(channel)
                && challenge.question().equals(question) && nowMs - challenge.atMs() >= CHALLENGE_MS;
        challenge = heardUs ? null : new Challenge(channel, question, nowMs);
        return !heardUs;
    }

    /** Keeps it for {@link #resumed}, or gives it up with CONCURRENT_TRANSACTIONS. */
    void park(Deadlines deadlines, Adding adding, long nowMs) {
        if (parked.size() >= PARKED_MAX || adding.untilMs() <= nowMs) {
            adding.reply().accept(ErrorCode.CONCURRENT_TRANSACTIONS);
            return;
        }
        var one = new Parked[1];
        var alarm = deadlines.create(() -> {
            parked.remove(one[0]);
            adding.reply().accept(ErrorCode.CONCURRENT_TRANSACTIONS);
        });
        one[0] = new Parked(adding, alarm);
        parked.addLast(one[0]);
        alarm.in(adding.untilMs() - nowMs);
    }

    /** What can be decided now; requests of one producer as one. */
    List<Adding> resumed() {
        if (isBusy() || parked.isEmpty()) {
            return List.of();
        }
        var merged = new ArrayList<Adding>();
        for (var one : parked) {
            one.deadline().cancel();
            int last = merged.size() - 1;
            if (last >= 0 && merged.get(last).asksAs(one.adding())) {
                merged.set(last, merged.get(last).with(one.adding()));
            } else {
                merged.add(one.adding());
            }
        }
        parked.clear();
        return merged;
    }

    void unload(ErrorCode why) {
        var all = List.copyOf(parked);
        parked.clear();
        all.forEach(one -> one.adding().reply().accept(why));
    }
}
