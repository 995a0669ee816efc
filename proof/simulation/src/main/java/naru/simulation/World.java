package naru.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import naru.base.DiskFailure;
import naru.base.LaneProgram;
import naru.base.Limits;
import naru.base.TopicPartition;
import naru.simulation.SimulatedLink.Weather;

/** One machine, one broker on it, the network in front and the time that passes; all of it from one seed. */
public class World {

    private final SimulatedRandomness dice;
    private final Timeline timeline;
    private final SimulatedClock clock;
    private final SimulatedDisk disk;
    private final SimulatedNetwork network;
    private final Promises promises = new Promises();
    private final HistoryOfClients history;
    private final Set<Long> producerIds = new HashSet<>();
    private final Map<String, String> owners = new HashMap<>();
    private final BrokerUnderTest broker;
    private final Limits limits;
    private final List<TopicPartition> partitions;
    private SimulatedLanes process;
    private Mischief mischief = Mischief.NONE;
    private boolean mayForget;
    private boolean calm;
    private boolean writing = true;

    World(long seed, Transcript transcript, BrokerUnderTest broker, List<TopicPartition> partitions) {
        this.dice = new SimulatedRandomness(seed);
        this.timeline = new Timeline(dice.fork("timeline"), transcript);
        this.history = new HistoryOfClients(timeline);
        this.clock = new SimulatedClock(timeline);
        this.disk = new SimulatedDisk(dice.fork("disk"));
        this.broker = broker;
        this.limits = dice.fork("limits").onceIn(4) ? Limits.CRAMPED : Limits.PRODUCTION;
        this.network = new SimulatedNetwork(timeline, dice.fork("network"), limits.answerBytesQueuedMax());
        this.partitions = partitions;
    }

    /** A world with clients and time in it, and whatever machines a heir puts there. */
    World(long seed, Transcript transcript, List<TopicPartition> partitions) {
        this(seed, transcript, null, partitions);
    }

    /** Who speaks for a client that has to find its way among many brokers; null where there is only one. */
    Router router(String name, Caller.User user) {
        return null;
    }

    /** Nobody speaks the first generation of the protocol of transactions, which takes late questions for new ones (KIP-890). */
    boolean isModern() {
        return false;
    }

    boolean hasManyBrokers() {
        return false;
    }

    /** True when what was acknowledged to a producer with these acks may never be lost. */
    boolean keeps(short acks) {
        return true;
    }

    /** What the broker has told of a high watermark, and may not take back. */
    long knownHighWatermark(TopicPartition partition) {
        return promises.highWatermark(partition);
    }

    Limits limits() {
        return limits;
    }

    SimulatedRandomness dice() {
        return dice;
    }

    Timeline timeline() {
        return timeline;
    }

    SimulatedClock clock() {
        return clock;
    }

    SimulatedDisk disk() {
        return disk;
    }

    SimulatedNetwork network() {
        return network;
    }

    Promises promises() {
        return promises;
    }

    HistoryOfClients history() {
        return history;
    }

    Mischief mischief() {
        return mischief;
    }

    /** For the exam of the checkers. */
    void plant(Mischief planted) {
        mischief = planted;
    }

    Weather weather() {
        return !calm && dice.onceIn(5) ? new Weather(1_000_000, 80_000_000, 20) : Weather.CALM;
    }

    /** After a loss that the durability policy allows, producers may be unknown. */
    boolean mayForget() {
        return mayForget;
    }

    /** No trouble is made any more: whoever is kept waiting now is kept waiting by the broker. */
    boolean isCalm() {
        return calm;
    }

    /** False while those who write most begin nothing new. */
    boolean mayWrite() {
        return writing;
    }

    void mayWrite(boolean now) {
        writing = now;
    }

    void becomeCalm() {
        calm = true;
        disk.totalBytes(SimulatedDisk.ROOMY_BYTES);
        disk.faults(DiskFaults.NONE);
        disk.slowness(1);
    }

    /** The names of the topics that clients use. */
    SortedSet<String> topics() {
        var names = new TreeSet<String>();
        partitions.forEach(partition -> names.add(partition.topic()));
        if (isWhole()) {
            names.addAll(List.of(Payments.FROM, Payments.TO));
        }
        return names;
    }

    boolean isWhole() {
        return broker.isWhole();
    }

    /** In one generation every partition has one owner. */
    void memberOwns(int generation, String member, Set<String> owned) {
        for (var partition : owned) {
            var other = owners.putIfAbsent(generation + " " + partition, member);
            Conviction.unless(other == null || other.equals(member),
                    partition + " belongs to " + other + " and " + member + " in generation " + generation);
        }
    }

    boolean isNewProducerId(long id) {
        return producerIds.add(id);
    }

    boolean isRunning() {
        return process != null;
    }

    void startBroker() {
        int laneCount = 1 + dice.nextInt(broker.lanesMax());
        timeline.tell("broker starts with " + laneCount + " lanes");
        process = new SimulatedLanes(
                laneCount, timeline, dice.fork("lanes" + timeline.nowNs()), disk, this::brokerGaveUp);
        var ports = new BrokerUnderTest.Ports(
                clock, dice.fork("broker" + timeline.nowNs()), disk, process, limits);
        List<LaneProgram> programs;
        try {
            programs = broker.start(ports, partitions);
        } catch (DiskFailure failure) {
            brokerGaveUp(failure);
            return;
        }
        for (int lane = 0; lane < programs.size(); lane++) {
            process.run(lane, programs.get(lane));
        }
        network.listen(process);
    }

    /** The process ended itself because of its disk; somebody starts it again. */
    private void brokerGaveUp(DiskFailure failure) {
        Conviction.unless(!calm, "the broker ends itself on a sound disk: " + failure.getMessage());
        timeline.tell("broker gives up: " + failure.getMessage());
        killBroker();
        timeline.afterMs(500, () -> {
            if (process == null) {
                startBroker();
            }
        });
    }

    /** kill -9: the page cache stays. */
    void killBroker() {
        timeline.tell("broker is killed");
        end();
        disk.killProcess();
    }

    void cutPower() {
        timeline.tell("power is cut");
        end();
        disk.losePower();
    }

    /** Hardly anything can be written for a while. */
    void fillDisk(long forMs) {
        timeline.tell("the disk is full for " + forMs + " ms");
        disk.totalBytes(disk.totalBytes("/") - disk.freeBytes("/") + dice.nextInt(5_000));
        timeline.afterMs(forMs, () -> disk.totalBytes(SimulatedDisk.ROOMY_BYTES));
    }

    /** Some syncs fail for a while. */
    void failSyncs(long forMs) {
        timeline.tell("syncs fail for " + forMs + " ms");
        var lots = dice.fork("syncs" + timeline.nowNs());
        disk.faults((operation, path) ->
                operation == DiskFaults.Operation.SYNC && lots.onceIn(4) ? DiskFaults.Fault.BROKEN : DiskFaults.Fault.NONE);
        timeline.afterMs(forMs, () -> disk.faults(DiskFaults.NONE));
    }

    private void end() {
        process.kill();
        process = null;
        network.processDied();
    }
}
