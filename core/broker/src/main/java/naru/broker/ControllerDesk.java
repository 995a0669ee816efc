package naru.broker;

import static naru.base.Invariant.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import naru.base.Randomness;
import naru.metadata.BrokerSessions;
import naru.metadata.Changes;
import naru.metadata.Cluster;
import naru.metadata.Command;
import naru.metadata.Controller;
import naru.metadata.MetadataLog;
import naru.metadata.Situation;
import naru.protocol.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller's place on lane 0: takes commands, decides one after the other on the newest value, commits the
 * records, and answers when every lane works with them. So whoever hears that a topic exists can write to it.
 */
final class ControllerDesk implements MetadataLog.Follower {

    private static final Logger LOG = LoggerFactory.getLogger(ControllerDesk.class);
    private static final int NO_LEADERSHIP = -1;

    private record Waiting(Command command, Consumer<Message> reply, Runnable refusal) {}

    /** Tells all lanes what was committed, and comes back when all have taken it in. */
    interface Publisher {
        void publish(Cluster cluster, Changes changes, Runnable whenAllKnow);
    }

    private final Controller controller;
    private final MetadataLog log;
    private final Broker broker;
    private final Randomness randomness;
    private final Publisher publisher;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final List<Runnable> afterPublishing = new ArrayList<>();
    private final BrokerSessions sessions;
    private Cluster committed = Cluster.EMPTY;
    private long endOffset;
    private int epoch = NO_LEADERSHIP;
    private boolean deciding;
    private int publishing;

    ControllerDesk(Controller controller, MetadataLog log, Broker broker, Randomness randomness, Publisher publisher) {
        this.controller = controller;
        this.log = log;
        this.broker = broker;
        this.randomness = randomness;
        this.publisher = publisher;
        this.sessions = new BrokerSessions(broker.settings().integer("broker.session.timeout.ms"));
    }

    void open() {
        log.follow(this);
    }

    long endOffset() {
        return endOffset;
    }

    Cluster cluster() {
        return committed;
    }

    /** On lane 0. {@code refusal} runs when too many wait, or when the records could not be committed. */
    void submit(Command command, Consumer<Message> reply, Runnable refusal) {
        if (waiting.size() >= broker.limits().commandsWaitingMax()) {
            refusal.run();
            return;
        }
        waiting.addLast(new Waiting(command, reply, refusal));
        decideNext();
    }

    /** One after the other: thousands may have waited for a slow disk, and most of them may change nothing. */
    private void decideNext() {
        while (!deciding && !waiting.isEmpty() && epoch != NO_LEADERSHIP) {
            var next = waiting.removeFirst();
            var decision = controller.decide(
                    next.command(), new Situation(committed, endOffset, sessions, broker.clock().nowNs()), randomness);
            if (decision.records().isEmpty()) {
                next.reply().accept(decision.reply());
            } else {
                deciding = true;
                log.append(epoch, decision.records(), outcome -> onDecided(next, decision.reply(), outcome));
            }
        }
    }

    private void onDecided(Waiting asked, Message reply, MetadataLog.Outcome outcome) {
        switch (outcome) {
            // The batch was told to us as a follower before; the lanes may still be taking it in.
            case MetadataLog.Outcome.Committed _ -> afterPublishing(() -> asked.reply().accept(reply));
            case MetadataLog.Outcome.NotLeader _ -> asked.refusal().run();
            case MetadataLog.Outcome.Failed(Throwable why) -> {
                LOG.error("The cluster's metadata could not be written: {}", why.getMessage());
                asked.refusal().run();
            }
        }
        deciding = false;
        decideNext();
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
        publisher.publish(cluster, changes, () -> {
            publishing--;
            if (publishing == 0) {
                var tasks = List.copyOf(afterPublishing);
                afterPublishing.clear();
                tasks.forEach(Runnable::run);
            }
        });
    }

    @Override
    public void onSnapshot(Cluster cluster, long end) {
        committed = cluster;
        endOffset = end;
        publish(cluster, Changes.of(cluster.toRecords()));
    }

    @Override
    public void onCommitted(List<Message> batch, long end) {
        check(end > endOffset, "metadata is told in order");
        committed = committed.withAll(batch);
        endOffset = end;
        publish(committed, Changes.of(batch));
    }

    @Override
    public void onLeadership(int newEpoch) {
        epoch = newEpoch;
        decideNext();
    }

    @Override
    public void onLeadershipLost() {
        epoch = NO_LEADERSHIP;
        var refused = List.copyOf(waiting);
        waiting.clear();
        refused.forEach(command -> command.refusal().run());
    }
}
