package naru.lanes;

import static naru.base.Invariant.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import naru.base.Clock;
import naru.base.Lanes;

/**
 * All lanes of a process, and the threads that block on their behalf. Until they start nothing of Netty is touched, so that its classes may be
 * loaded meanwhile.
 */
public final class LaneGroup implements Lanes, AutoCloseable {

    /** How long {@link #close} waits for each lane and for disk work under way. */
    private static final long STOP_MS_MAX = 10_000;

    private final List<Lane> lanes;
    private final FailureHandler onFailure;
    private final Clock clock = new TurnClock();
    private final Map<String, Folder> folders = new ConcurrentHashMap<>();

    private LaneGroup(int count, FailureHandler onFailure) {
        check(count > 0, "there is at least one lane");
        this.onFailure = onFailure;
        var made = new ArrayList<Lane>();
        for (int i = 0; i < count; i++) {
            made.add(new Lane(i, onFailure));
        }
        this.lanes = List.copyOf(made);
    }

    /**
     * Lanes that do not run yet, so that programs can be made with them at hand; {@link #start()} starts them. What is
     * posted before that waits.
     */
    public static LaneGroup of(int count, FailureHandler onFailure) {
        return new LaneGroup(count, onFailure);
    }

    /** One for every four cores: a hop to another lane costs as much as a whole small request. */
    public static int defaultCount() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 4);
    }

    /** Makes every program, then starts every lane. */
    public void start(LaneProgramFactory programs) {
        prepare(programs);
        start();
    }

    /** Makes every program, before {@link #start()}. */
    public void prepare(LaneProgramFactory programs) {
        for (var lane : lanes) {
            lane.give(programs.create(lane.index(), new Dice()));
        }
    }

    /** Starts every lane, once each has its program. */
    public void start() {
        lanes.forEach(Lane::start);
    }

    /** The real clock; on a lane it stands still during a turn. */
    public Clock clock() {
        return clock;
    }

    public Lane lane(int index) {
        return lanes.get(index);
    }

    @Override
    public int count() {
        return lanes.size();
    }

    @Override
    public int current() {
        return here().lane;
    }

    @Override
    public void post(int lane, Runnable task) {
        lanes.get(lane).post(task);
    }

    @Override
    public <T> void offLane(String folder, Work kind, Callable<T> work, Consumer<Outcome<T>> whenDone) {
        var asker = lanes.get(here().lane);
        folders.computeIfAbsent(folder, Folder::new).of(kind).execute(() -> {
            var outcome = outcomeOf(work);
            asker.post(() -> whenDone.accept(outcome));
        });
    }

    private <T> Outcome<T> outcomeOf(Callable<T> work) {
        try {
            return new Outcome.Done<>(work.call());
        } catch (Exception fault) {
            return new Outcome.Failed<>(fault);
        } catch (Throwable broken) {
            onFailure.onFailure(Thread.currentThread().getName(), broken);
            return new Outcome.Failed<>(broken);
        }
    }

    private static LaneThread here() {
        check(Thread.currentThread() instanceof LaneThread, "only a lane asks which lane it is on");
        return (LaneThread) Thread.currentThread();
    }

    /**
     * Lets disk work under way finish, then ends every lane after the turn it is in. What lanes ask of disks meanwhile is
     * not done, and nobody hears of it. Not from a lane.
     */
    @Override
    public void close() {
        check(!(Thread.currentThread() instanceof LaneThread), "a lane does not wait for its own end");
        try {
            for (var folder : folders.values()) {
                folder.stop();
                folder.awaitEnd(STOP_MS_MAX);
            }
            lanes.forEach(Lane::stop);
            for (var lane : lanes) {
                lane.awaitEnd(STOP_MS_MAX);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
