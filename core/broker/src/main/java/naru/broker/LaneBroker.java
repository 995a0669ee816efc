package naru.broker;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import naru.base.ClientLink;
import naru.base.DiskFailure;
import naru.base.LaneProgram;
import naru.base.Lanes;
import naru.base.Limits;
import naru.base.Randomness;
import naru.base.Uuid;
import naru.base.Visit;
import naru.client.Timing;
import naru.coordination.transactions.Channel;
import naru.log.Appended;
import naru.log.Origin;
import naru.log.TransactionMarker;
import naru.log.Verification;
import naru.metadata.Changes;
import naru.metadata.Cluster;
import naru.metadata.ConfigView;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.Reader;
import naru.protocol.Writer;
import naru.protocol.message.ApiKey;
import naru.replication.LeaderInput.Acks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One lane's share of the broker: its connections, its partitions, their timers, and the turn that joins them. */
public final class LaneBroker implements LaneProgram, Conversation.Desk {

    private static final Logger LOG = LoggerFactory.getLogger(LaneBroker.class);
    private static final int WRITER_BYTES = 64 << 10;
    /** A century: an operator's "never" must not become a time in the past. */
    private static final long WAIT_MS_MAX = TimeUnit.DAYS.toMillis(36_500);

    private final Broker broker;
    private final int number;
    private final Apis apis;
    private final TopicTable topics = new TopicTable();
    private final Timers timers = new Timers();
    private final FetchSessions fetchSessions;
    private final Writer writer = new Writer(WRITER_BYTES);
    private final LanePartitions partitions;
    private final AutoCreation autoCreation;
    private final ProducerIdBlocks producerIds = new ProducerIdBlocks(this);
    private final Coordinators coordinators;
    private final LaneShares shares = new LaneShares(this);
    private final LaneReplication replication = new LaneReplication(this);
    private final MissedBrokers missed = new MissedBrokers(this);
    private final ShareSessions shareSessions = new ShareSessions(this);
    private final Upkeep upkeep = new Upkeep(this);
    private final Flushes flushes = new Flushes(this);
    private final Randomness randomness;
    private Cluster cluster = Cluster.EMPTY;
    private ArrayList<Partition> touched = new ArrayList<>();
    private ArrayList<Partition> writing = new ArrayList<>();
    private final ArrayList<ClientLink> early = new ArrayList<>();
    private int waitingFetches;
    private int waitingPositions;
    private boolean ready;
    private long connections;
    private ControllerEntrance controllerEntrance;

    LaneBroker(Broker broker, int number, Randomness randomness) {
        this.broker = broker;
        this.number = number;
        this.fetchSessions = new FetchSessions(
                Math.max(1, limits().fetchSessionsMax() / broker.lanes().count()), limits().fetchPositionsMax(), randomness);
        this.randomness = randomness;
        this.partitions = new LanePartitions(this);
        partitions.takeShares();
        this.autoCreation = new AutoCreation(this);
        this.coordinators = new Coordinators(this);
        this.apis = Catalogue.of(this);
    }

    Broker broker() {
        return broker;
    }

    int number() {
        return number;
    }

    Lanes lanes() {
        return broker.lanes();
    }

    Limits limits() {
        return broker.limits();
    }

    long nowMs() {
        return broker.clock().nowMs();
    }

    Apis apis() {
        return apis;
    }

    TopicTable topics() {
        return topics;
    }

    FetchSessions fetchSessions() {
        return fetchSessions;
    }

    // --- the turn ---

    @Override
    public void onStart() {
        partitions.begin();
        upkeep.begin();
        replication.begin();
        broker.onLaneStarted(this);
    }

    @Override
    public Visit onConnect(ClientLink link) {
        boolean isForControllers = broker.isForControllers(link.listener());
        if (!ready && !isForControllers) {
            link.pause();
            early.add(link);
        }
        long number = broker.lanes().count() * connections++ + this.number;
        return new Conversation(link, isForControllers ? controllerEntrance() : this, writer, limits(),
                new Channel(broker.clock().nowNs(), number));
    }

    private ControllerEntrance controllerEntrance() {
        if (controllerEntrance == null) {
            controllerEntrance = new ControllerEntrance(this, broker.quorum());
        }
        return controllerEntrance;
    }

    /** The broker is registered: clients that came before are heard now. */
    void onReady() {
        ready = true;
        early.forEach(ClientLink::resume);
        early.clear();
    }

    @Override
    public boolean serves(ApiKey api, int version) {
        return apis.serves(api, version);
    }

    @Override
    public void take(Request request, Reader body) {
        Message message = request.api().readRequest(body, request.version());
        apis.handle(request, message);
    }

    @Override
    public void takeUnknownApiVersions(Request request) {
        request.answerInVersion(Apis.unsupported(), (short) 0);
    }

    /** Writes every partition touched in this turn once. Whoever is acknowledged may append again, hence the loop. */
    @Override
    public void endTurn() {
        while (!touched.isEmpty()) {
            var batch = touched;
            touched = writing;
            writing = batch;
            for (int i = 0; i < batch.size(); i++) {
                write(batch.get(i));
            }
            batch.clear();
        }
        coordinators.endTurn();
        partitions.commit();
        replication.endTurn();
        upkeep.endTurn();
    }

    /** Now instead of at the end of the turn. */
    void write(Partition partition) {
        if (!partition.isStaged()) {
            return;
        }
        boolean wasFailing = partition.isFailing();
        try {
            partition.writeStaged();
            flushes.onWritten(partition);
            if (wasFailing) {
                LOG.warn("{} can be written again", partition.name());
            }
        } catch (DiskFailure failure) {
            // Told once: clients try again and again.
            if (!wasFailing) {
                LOG.error("{} cannot be written, producers are refused: {}", partition.name(), failure.getMessage());
            }
        }
    }

    @Override
    public void onTime() {
        timers.runDue(broker.clock().nowNs());
    }

    @Override
    public long nextDeadlineNs() {
        return timers.nextDueNs();
    }

    // --- what handlers ask ---

    Timers.Timer afterMs(long ms, Runnable task) {
        return timers.at(broker.clock().nowNs() + TimeUnit.MILLISECONDS.toNanos(Math.min(ms, WAIT_MS_MAX)), task);
    }

    /** For exchanges with other nodes. */
    Timing timing() {
        return (ms, task) -> afterMs(ms, task)::cancel;
    }

    Place place(String topic, int partition) {
        return topics.place(topic, partition);
    }

    Place place(Uuid topic, int partition) {
        return topics.place(topic, partition);
    }

    Place place(FetchPosition.Key key, short fetchVersion) {
        return fetchVersion < FetchSessions.NAMES_TOPICS_BY_ID
                ? topics.place(key.topic(), key.partition())
                : topics.place(key.topicId(), key.partition());
    }

    /** The partition as its owner sees it now; null when it has gone meanwhile. Called on the owner's lane. */
    Partition ownPartition(Place elsewhere) {
        return topics.place(elsewhere.name().topic(), elsewhere.name().partition()).partition();
    }

    /** Something that answers later, on its own lane. */
    interface Question<T, A> {
        void ask(T target, Consumer<A> answer);
    }

    /** Asks something that lives on a lane, maybe this one, and hears the answer on this one. */
    <T, A> void onLane(int owner, Function<LaneBroker, T> target, Question<T, A> question, Consumer<A> answer) {
        if (owner == number) {
            question.ask(target.apply(this), answer);
            return;
        }
        lanes().post(owner, () -> {
            var there = broker.lane(owner);
            question.ask(target.apply(there), answered -> there.lanes().post(number, () -> answer.accept(answered)));
        });
    }

    /** Appends to a partition of this lane. The bytes must stay until the end of the turn. */
    void append(Partition partition, ByteBuffer batches, Origin origin, Acks acks, Appender appender) {
        append(partition, batches, origin, null, acks, appender);
    }

    /** @param verified what the log gave before the coordinator was asked, for a batch that may begin a transaction; or null */
    void append(Partition partition, ByteBuffer batches, Origin origin, Verification verified, Acks acks, Appender appender) {
        boolean before = partition.isStaged();
        partition.append(batches, origin, verified, acks, nowMs(), appender);
        touch(partition, before);
    }

    /** Appends the end of a transaction to a partition of this lane, for all in-sync replicas. */
    void append(Partition partition, TransactionMarker marker, Appender appender) {
        boolean before = partition.isStaged();
        partition.append(marker, nowMs(), appender);
        touch(partition, before);
    }

    /** Appends what a leader sent to a partition of this lane. The bytes must stay until the end of the turn. */
    Appended copy(Partition partition, ByteBuffer batches) {
        boolean before = partition.isStaged();
        var appended = partition.copy(batches, nowMs());
        touch(partition, before);
        return appended;
    }

    private void touch(Partition partition, boolean wasStaged) {
        if (!wasStaged && partition.isStaged()) {
            touched.add(partition);
        }
    }

    /** Clients must not write to the coordinators' own topics, except under the name Kafka's own tools use for that. */
    boolean isHiddenFromProducers(String topic, String clientId) {
        return InternalTopics.isInternal(topic) && !clientId.equals("__admin_client");
    }

    /** @param positions partitions that it names */
    boolean mayLetFetchWait(int positions) {
        return waitingFetches < limits().waitingFetchesMax()
                && waitingPositions + positions <= limits().fetchPositionsMax();
    }

    void fetchBeganWaiting(int positions) {
        waitingFetches++;
        waitingPositions += positions;
    }

    void fetchStoppedWaiting(int positions) {
        waitingFetches--;
        waitingPositions -= positions;
    }

    /** The cluster as this lane knows it. */
    Cluster cluster() {
        return cluster;
    }

    AutoCreation autoCreation() {
        return autoCreation;
    }

    /** What every key is worth now. */
    ConfigView configuration() {
        return new ConfigView(cluster, broker.settings());
    }

    /** False until all metadata was heard once, and clients are served. */
    boolean isReady() {
        return ready;
    }

    ProducerIdBlocks producerIds() {
        return producerIds;
    }

    Coordinators coordinators() {
        return coordinators;
    }

    LaneShares shares() {
        return shares;
    }

    LaneReplication replication() {
        return replication;
    }

    MissedBrokers missed() {
        return missed;
    }

    /** Shared by everything on this lane that encodes something and hands it over at once. */
    Writer writer() {
        return writer;
    }

    ShareSessions shareSessions() {
        return shareSessions;
    }

    Timers timers() {
        return timers;
    }

    Upkeep upkeep() {
        return upkeep;
    }

    LanePartitions partitions() {
        return partitions;
    }

    Randomness randomness() {
        return randomness;
    }

    /**
     * The controller's newest decision arrives at this lane.
     *
     * @param whenTakenIn runs when this lane works with it: later, where it has many partitions to open or to make
     */
    void onCluster(Cluster next, Changes changes, Runnable whenTakenIn) {
        var before = cluster;
        cluster = next;
        coordinators.onCluster(before, changes);
        partitions.moves().assignments().onCluster(next);
        partitions.apply(next, changes);
        replication.onCluster();
        missed.lookAgain();
        partitions.whenInLine(whenTakenIn);
    }

}
