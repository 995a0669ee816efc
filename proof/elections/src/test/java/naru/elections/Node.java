package naru.elections;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import naru.base.ClientLink;
import naru.base.LaneProgram;
import naru.base.Visit;
import naru.consensus.Membership;
import naru.consensus.RaftMetadataLog;
import naru.metadata.Cluster;
import naru.metadata.MetadataLog;
import naru.protocol.Message;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ConfigRecord;
import naru.quorum.Rules;
import naru.simulation.SimulatedClock;
import naru.simulation.SimulatedDisk;
import naru.simulation.SimulatedLanes;
import naru.simulation.SimulatedRandomness;
import naru.simulation.Timeline;

/** One machine of the story: a disk, and a process on it that comes and goes. */
final class Node implements MetadataLog.Follower, LaneProgram {

    static final String FOLDER = "/data";

    /** So small that a story sees segments and snapshots come and go. */
    private static final Rules RULES = new Rules(6_000, 0, 8_000, 604_800_000, 30_000, 604_800_000);

    private final World world;
    private final Membership self;
    private final Timeline timeline;
    private final SimulatedRandomness dice;
    private final SimulatedDisk disk;
    private final List<Runnable> partings = new ArrayList<>();
    private SimulatedLanes lanes;
    private RaftMetadataLog log;
    private int life;
    private boolean up;
    private boolean paused;
    private boolean polling;
    private long pollPlannedNs = Long.MAX_VALUE;
    private Cluster cluster;
    private long end;
    private int epoch;
    private boolean leads;
    private int ledEpoch;
    private int knownLeader;

    Node(World world, Membership self, SimulatedDisk disk, Timeline timeline, SimulatedRandomness dice) {
        this.world = world;
        this.self = self;
        this.disk = disk;
        this.timeline = timeline;
        this.dice = dice;
    }

    @Override
    public String toString() {
        return "node " + self.nodeId();
    }

    int id() {
        return self.nodeId();
    }

    boolean isUp() {
        return up && !paused;
    }

    boolean isDown() {
        return !up;
    }

    /** Only the engine's own thread can be caught in the middle; what else the disk does is over at once here. */
    boolean isPolling() {
        return polling;
    }

    int life() {
        return life;
    }

    boolean lives(int thatLife) {
        return up && life == thatLife;
    }

    boolean leads() {
        return up && leads;
    }

    int epoch() {
        return epoch;
    }

    long end() {
        return end;
    }

    Cluster cluster() {
        return cluster;
    }

    SimulatedDisk disk() {
        return disk;
    }

    /** Called when this process ends, as the other side of its connections would be. */
    void whenItEnds(Runnable task) {
        partings.add(task);
    }

    void start() {
        timeline.tell(this + " starts");
        life++;
        up = true;
        paused = false;
        leads = false;
        cluster = null;
        end = -1;
        epoch = -1;
        ledEpoch = -1;
        pollPlannedNs = Long.MAX_VALUE;
        lanes = new SimulatedLanes(1, timeline, dice.fork("lanes" + life), disk);
        log = new RaftMetadataLog(disk, FOLDER, self, RULES, lanes, new SimulatedClock(timeline), dice.fork("engine" + life),
                new Wire(world, this, timeline, dice.fork("wire" + life)));
        log.whenWoken(() -> planPoll(dice.between(1_000, 40_000)));
        lanes.run(0, this);
        planPoll(0);
    }

    private void planPoll(long delayNs) {
        long atNs = timeline.nowNs() + delayNs;
        if (!up || atNs >= pollPlannedNs) {
            return;
        }
        pollPlannedNs = atNs;
        int thisLife = life;
        timeline.after(delayNs, () -> {
            if (lives(thisLife) && pollPlannedNs == atNs) {
                pollPlannedNs = Long.MAX_VALUE;
                poll();
            }
        });
    }

    private void poll() {
        if (paused) {
            planPoll(5_000_000);
            return;
        }
        try {
            polling = true;
            long waitMs = log.poll();
            polling = false;
            planPoll(waitMs == 0 ? dice.between(1_000, 20_000) : Math.min(waitMs, 60_000) * 1_000_000);
        } catch (Crash crash) {
            polling = false;
            end("in the middle of " + crash.getMessage(), true);
        }
    }

    /** Thrown by the disk where the process is to end. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1;

        Crash(String operation) {
            super(operation, null, false, false);
        }
    }

    void end(String how, boolean losesPower) {
        timeline.tell(this + " ends " + how);
        up = false;
        leads = false;
        lanes.kill();
        if (losesPower) {
            disk.losePower();
        } else {
            disk.killProcess();
        }
        var all = List.copyOf(partings);
        partings.clear();
        all.forEach(Runnable::run);
    }

    void pause(long ms) {
        timeline.tell(this + " pauses for " + ms + " ms");
        paused = true;
        int thisLife = life;
        timeline.afterMs(ms, () -> {
            if (lives(thisLife)) {
                paused = false;
            }
        });
    }

    void onLane(Runnable task) {
        if (up) {
            lanes.post(0, task);
        }
    }

    void take(ApiKey api, short version, Message request, Consumer<Message> answer) {
        log.take(api, version, self.listener(), "", request, answer);
    }

    /** A decision of the controller, were there one here. */
    void decide(String value) {
        onLane(() -> {
            if (leads) {
                log.append(epoch, List.of(new ConfigRecord((byte) 4, "1", "key-" + value, value)),
                        outcome -> {
                            timeline.tell(this + " " + value + " " + outcome);
                            if (outcome instanceof MetadataLog.Outcome.Committed) {
                                world.ledger().acknowledge(value);
                            }
                        });
            }
        });
    }

    void onTimeOfLog() {
        onLane(log::onTime);
    }

    @Override
    public void onSnapshot(Cluster loaded, long loadedEnd) {
        check(loadedEnd >= end, "a snapshot does not lead back");
        cluster = loaded;
        end = loadedEnd;
        timeline.tell(this + " has the value up to " + end);
        if (end > 0) {
            world.ledger().has(id(), end, cluster);
        }
    }

    @Override
    public void onCommitted(List<Message> batch, long newEnd) {
        check(newEnd > end, "batches are told in order");
        cluster = cluster.withAll(batch);
        end = newEnd;
        batch.forEach(record -> {
            if (record instanceof ConfigRecord config) {
                world.ledger().told(config.value());
            }
        });
        timeline.tell(this + " has " + batch.size() + " more up to " + end);
        world.ledger().has(id(), end, cluster);
    }

    @Override
    public void onLeadership(int newEpoch) {
        check(!leads, "nobody is made leader twice");
        check(newEpoch > ledEpoch && newEpoch == epoch && knownLeader == id(), "epochs of leadership rise");
        check(!cluster.features().isEmpty(), "a leader knows what its cluster was formatted with");
        leads = true;
        ledEpoch = newEpoch;
        timeline.tell(this + " leads in " + epoch);
        world.ledger().leads(id(), epoch);
    }

    @Override
    public void onLeadershipLost() {
        check(leads, "only who leads can lose that");
        leads = false;
        timeline.tell(this + " leads no more");
    }

    @Override
    public void onLeader(int leaderId, int newEpoch) {
        check(newEpoch >= epoch, "epochs rise");
        epoch = newEpoch;
        knownLeader = leaderId;
        timeline.tell(this + " follows " + leaderId + " in " + epoch);
    }

    private void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(this + ": " + what);
        }
    }

    @Override
    public Visit onConnect(ClientLink link) {
        throw new AssertionError("nobody connects in this story");
    }

    @Override
    public void onStart() {
        log.follow(this);
    }

    @Override
    public void endTurn() {
        // Nothing is written on this lane.
    }

    @Override
    public void onTime() {
        // Nothing is due on this lane.
    }

    @Override
    public long nextDeadlineNs() {
        return Long.MAX_VALUE;
    }
}
