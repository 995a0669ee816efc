package naru.broker;

import static naru.base.Invariant.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import naru.base.Clock;
import naru.base.Randomness;
import naru.configuration.BrokerSettings;
import naru.metadata.BrokerSessions;
import naru.metadata.Changes;
import naru.metadata.Cluster;
import naru.metadata.Command;
import naru.metadata.Controller;
import naru.metadata.Decision;
import naru.metadata.MetadataLog;
import naru.metadata.Situation;
import naru.protocol.Message;
import naru.protocol.message.BrokerRegistrationResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller's place on lane 0: takes commands, decides one after the other on its newest value, which is what is
 * committed and what is on its way there, and answers when the records are committed and every lane here works with
 * them. So whoever hears that a topic exists can write to it.
 *
 * <p>What was decided on records that are then lost is lost with them: the log promises that too
 * ({@link MetadataLog#append}), so that nothing is committed which rests on nothing.
 */
final class ControllerDesk implements MetadataLog.Follower {

    private static final Logger LOG = LoggerFactory.getLogger(ControllerDesk.class);
    private static final int NO_LEADERSHIP = -1;
    /** Decisions on their way into the log at once. More would only wait there instead of here. */
    private static final int UNDER_WAY_MAX = 256;

    /** Records in one append, where what was decided may be done in parts: a broker's end can change each partition there is. */
    private static final int RECORDS_MAX = 10_000;

    /** Who is overdue is found so much later at the latest, in parts of a session's length. */
    private static final int LOOKS_PER_SESSION = 30;

    /** Who hears of what was committed, and of who decides. */
    interface Publisher {

        /** Tells all lanes what was committed, and comes back when all have taken it in. */
        void publish(Cluster cluster, Changes changes, Runnable whenAllKnow);

        /** This node decides from now on; or does not any more. */
        default void leads(boolean now) {}

        /** @param leaderId -1 while nobody is known to decide */
        default void leaderIs(int leaderId) {}
    }

    /** Does something later, on lane 0. */
    interface Later {
        void afterMs(long ms, Runnable task);
    }

    /** What the desk needs of the broker around it. */
    record Room(Clock clock, Later later, BrokerSettings settings, int commandsWaitingMax) {}

    private record Waiting(Command command, Consumer<Message> reply, Runnable refusal) {}

    /** Records on their way into the log, and what is said when they are committed, or not. */
    private static final class Pending {
        private final List<Message> batch;
        private final Cluster after;
        private final List<Runnable> answers = new ArrayList<>();
        private final List<Runnable> refusals = new ArrayList<>();

        private Pending(List<Message> batch, Cluster after) {
            this.batch = batch;
            this.after = after;
        }
    }

    private final Controller controller;
    private final MetadataLog log;
    private final Room room;
    private final Randomness randomness;
    private final Publisher publisher;
    private final BrokerSessions sessions;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final Deque<Pending> underWay = new ArrayDeque<>();
    private final List<Runnable> afterPublishing = new ArrayList<>();
    private Cluster committed = Cluster.EMPTY;
    private long endOffset;
    private long takenInEnd;
    private Cluster newest = Cluster.EMPTY;
    private long newestEnd;
    private int epoch = NO_LEADERSHIP;
    private boolean deciding;
    private boolean watching;
    private long balancedAtNs;
    private int publishing;

    ControllerDesk(Controller controller, MetadataLog log, Room room, Randomness randomness, Publisher publisher) {
        this.controller = controller;
        this.log = log;
        this.room = room;
        this.randomness = randomness;
        this.publisher = publisher;
        this.sessions = new BrokerSessions(sessionMs());
    }

    void open() {
        log.follow(this);
    }

    /** The end of what every lane here works with. */
    long takenInEnd() {
        return takenInEnd;
    }

    /** What is committed, as this node knows it. */
    Cluster cluster() {
        return committed;
    }

    boolean isLeading() {
        return epoch != NO_LEADERSHIP;
    }

    // --- commands ---

    /** On lane 0. {@code refusal} runs when nobody decides here, too many wait, or the records could not be committed. */
    void submit(Command command, Consumer<Message> reply, Runnable refusal) {
        if (waiting.size() + underWay.size() >= room.commandsWaitingMax()) {
            refusal.run();
            return;
        }
        if (command instanceof Command.BrokerHeartbeat(var beat)) {
            var known = newest.brokers().get(beat.brokerId());
            if (known != null && known.epoch() == beat.brokerEpoch()) {
                sessions.heard(beat.brokerId(), beat.brokerEpoch(), beat.currentMetadataOffset(), room.clock().nowNs());
            }
        }
        waiting.addLast(new Waiting(command, reply, refusal));
        decideNext();
    }

    /** A loop, and not entered twice: an answer may bring the next command at once. */
    private void decideNext() {
        if (deciding) {
            return;
        }
        deciding = true;
        while (!waiting.isEmpty() && epoch != NO_LEADERSHIP && underWay.size() < UNDER_WAY_MAX) {
            decide(waiting.removeFirst());
        }
        deciding = false;
    }

    private void decide(Waiting asked) {
        var decision = controller.decide(
                asked.command(), new Situation(newest, newestEnd, sessions, room.clock().nowNs(), log.quorumVersion()), randomness);
        if (decision.question() != null) {
            askQuorum(asked, decision.question());
            return;
        }
        Runnable answer = () -> {
            decision.notices().forEach(LOG::warn);
            asked.reply().accept(decision.reply());
        };
        if (!decision.records().isEmpty()) {
            append(asked, decision, answer);
        } else if (underWay.isEmpty()) {
            answer.run();
        } else {
            // It rests on what is not committed yet.
            underWay.getLast().answers.add(answer);
            underWay.getLast().refusals.add(asked.refusal());
        }
        remember(asked.command(), decision);
    }

    /** The same is decided again when the quorum has answered, on what is newest by then. */
    private void askQuorum(Waiting asked, Decision.QuorumQuestion question) {
        int askedIn = epoch;
        var command = (Command.UpdateFeatures) asked.command();
        log.raiseQuorumVersion(epoch, question.version(), question.rehearsed(), answer -> {
            if (epoch != askedIn || answer instanceof MetadataLog.RaiseAnswer.NotLeader) {
                asked.refusal().run();
            } else {
                submit(command.answered(answer), asked.reply(), asked.refusal());
            }
        });
    }

    private void append(Waiting asked, Decision decision, Runnable answer) {
        var records = decision.records();
        int most = asked.command().mayBeDivided() ? RECORDS_MAX : records.size();
        for (int from = 0; from < records.size(); from += most) {
            int to = Math.min(records.size(), from + most);
            var batch = List.copyOf(records.subList(from, to));
            newest = newest.withAll(batch);
            newestEnd += batch.size();
            var pending = new Pending(batch, newest);
            if (to == records.size()) {
                pending.answers.add(answer);
                pending.refusals.add(asked.refusal());
            }
            underWay.addLast(pending);
            log.append(epoch, batch, outcome -> onDecided(pending, outcome));
        }
    }

    /** What is known of brokers beside the cluster's value. */
    private void remember(Command command, Decision decision) {
        switch (command) {
            case Command.RegisterBroker(var request) ->
                    sessions.answered(request, (BrokerRegistrationResponse) decision.reply(), newest, room.clock().nowNs());
            case Command.BrokerHeartbeat(var request) -> {
                var broker = newest.brokers().get(request.brokerId());
                if (!decision.records().isEmpty() && broker != null && broker.inControlledShutdown()) {
                    sessions.leaves(broker.id(), newestEnd - 1);
                }
            }
            case Command.UnregisterBroker(var request) when !decision.records().isEmpty() ->
                    sessions.forget(request.brokerId());
            default -> { }
        }
    }

    private void onDecided(Pending pending, MetadataLog.Outcome outcome) {
        if (!underWay.remove(pending)) {
            return; // refused before, with the leadership
        }
        switch (outcome) {
            // The batch was told to us as a follower before; the lanes may still be taking it in.
            case MetadataLog.Outcome.Committed _ -> afterPublishing(() -> pending.answers.forEach(Runnable::run));
            case MetadataLog.Outcome.NotLeader _ -> refuse(pending);
            case MetadataLog.Outcome.Failed(Throwable why) -> {
                LOG.error("The cluster's metadata could not be written: {}", why.getMessage());
                refuse(pending);
            }
        }
        decideNext();
    }

    /** It is lost, and with it all that was decided after it. */
    private void refuse(Pending lost) {
        var refused = new ArrayList<>(List.of(lost));
        refused.addAll(underWay);
        underWay.clear();
        newest = committed;
        newestEnd = endOffset;
        refused.forEach(one -> one.refusals.forEach(Runnable::run));
    }

    private void afterPublishing(Runnable task) {
        if (publishing == 0) {
            task.run();
        } else {
            afterPublishing.add(task);
        }
    }

    private void publish(Cluster cluster, Changes changes) {
        publishing++;
        long end = endOffset;
        publisher.publish(cluster, changes, () -> {
            publishing--;
            takenInEnd = end;
            if (publishing == 0) {
                var tasks = List.copyOf(afterPublishing);
                afterPublishing.clear();
                tasks.forEach(Runnable::run);
            }
        });
    }

    // --- brokers ---

    /**
     * From now on brokers of other processes are expected to be heard, and are fenced when they are not; leaderships go
     * back to the preferred leaders from time to time. For a node of a cluster; a lone broker never calls it.
     */
    void watchBrokers() {
        if (!watching) {
            watching = true;
            balancedAtNs = room.clock().nowNs();
            look();
        }
    }

    void onHungUp(int brokerId, long brokerEpoch) {
        sessions.hungUp(brokerId, brokerEpoch);
    }

    void onProcessGone(int brokerId, long brokerEpoch) {
        sessions.lost(brokerId, brokerEpoch); // nobody answers at its address any more
        fenceOverdue();
    }

    private void look() {
        long everyMs = Math.max(1, sessionMs() / LOOKS_PER_SESSION);
        sessions.look(everyMs, room.clock().nowNs());
        fenceOverdue();
        balance();
        room.later().afterMs(everyMs, this::look);
    }

    private void fenceOverdue() {
        if (epoch != NO_LEADERSHIP) {
            var overdue = sessions.overdue(newest, room.clock().nowNs());
            if (!overdue.isEmpty()) {
                submit(new Command.FenceBrokers(overdue), _ -> { }, () -> { });
            }
        }
    }

    private void balance() {
        long dueNs = balancedAtNs + room.settings().number("leader.imbalance.check.interval.seconds") * 1_000_000_000L;
        if (epoch != NO_LEADERSHIP && room.settings().flag("auto.leader.rebalance.enable")
                && room.clock().nowNs() - dueNs >= 0) {
            balancedAtNs = room.clock().nowNs();
            submit(new Command.BalanceLeaders(), _ -> { }, () -> { });
        }
    }

    private int sessionMs() {
        return room.settings().integer("broker.session.timeout.ms");
    }

    // --- the log ---

    @Override
    public void onSnapshot(Cluster cluster, long end) {
        var before = committed;
        committed = cluster;
        endOffset = end;
        followCommitted();
        publish(cluster, Changes.between(before, cluster));
    }

    @Override
    public void onCommitted(List<Message> batch, long end) {
        check(end > endOffset, "metadata is told in order");
        committed = after(batch);
        endOffset = end;
        followCommitted();
        publish(committed, Changes.of(batch));
    }

    /** Where the log hands back the very batch that was decided here, nothing need be worked out again. */
    private Cluster after(List<Message> batch) {
        for (var pending : underWay) {
            if (pending.batch == batch) {
                return pending.after;
            }
        }
        return committed.withAll(batch);
    }

    private void followCommitted() {
        if (underWay.isEmpty()) {
            newest = committed;
            newestEnd = endOffset;
        }
    }

    @Override
    public void onLeadership(int newEpoch) {
        epoch = newEpoch;
        newest = committed;
        newestEnd = endOffset;
        sessions.begin(committed, endOffset, room.clock().nowNs());
        publisher.leads(true);
        decideNext();
    }

    @Override
    public void onLeader(int leaderId, int ofEpoch) {
        if (leaderId >= 0 && leaderId != room.settings().nodeId()) {
            sessions.decidesElsewhere(leaderId);
        }
        publisher.leaderIs(leaderId);
    }

    @Override
    public void onLeadershipLost() {
        epoch = NO_LEADERSHIP;
        var lost = List.copyOf(underWay);
        var refused = List.copyOf(waiting);
        underWay.clear();
        waiting.clear();
        followCommitted();
        publisher.leads(false);
        lost.forEach(one -> one.refusals.forEach(Runnable::run));
        refused.forEach(command -> command.refusal().run());
    }
}
