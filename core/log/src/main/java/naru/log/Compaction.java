package naru.log;

import java.util.List;
import java.util.function.ToLongFunction;
import naru.base.Disk;
import naru.base.DiskFailure;
import naru.base.Lanes;
import naru.base.Lanes.Outcome;
import naru.base.Lanes.Work;
import naru.base.TopicPartition;
import naru.log.CompactionPlan.Source;
import naru.log.CompactionRound.Step;

/**
 * One round over one log as its lane sees it: it lets the work be done elsewhere, step by step, and exchanges the segments itself.
 *
 * <p>Before anything is exchanged, everything that was in the log when the round began is on the medium, no journal speaks of it any more, and the
 * checkpoint says so. So whatever a crash leaves, recovery neither puts old bytes into new segments nor takes the gaps in them
 * for damage.
 */
public final class Compaction {

    /** Who asked for the round. */
    public interface Host {
        long nowMs();

        /** Monotonic: for how long a step took. */
        long nowNs();

        void afterMs(long ms, Runnable task);

        ToLongFunction<TopicPartition> highWatermark();

        void onEnd(End end);
    }

    /** What became of a round. */
    public sealed interface End {
        /** @param cleanedTo where the next round begins */
        record Cleaned(long cleanedTo, long bytesBefore, long bytesAfter) implements End {}

        /** The log has gone, or has lost segments meanwhile: nothing is wrong. */
        record Abandoned() implements End {}

        /** The disk is full, or something in the log is not what it should be. What was there is there. */
        record Failed(Throwable why) implements End {}
    }

    private static final long REST_NS_MAX = 200_000_000;
    private static final long NS_PER_MS = 1_000_000;

    private final LaneLogs home;
    private final Lanes lanes;
    private final Disk disk;
    private final Log log;
    private final Host host;
    private final CompactionPlan plan;
    private final CompactionRound round;
    private final long bytesBefore;
    // The markers that decided the transactions of the round lie before this; without them nothing would be decided.
    private final long neededEnd;
    // What was decided by records that were cut off is not decided.
    private final int cuts;
    private boolean ended;

    Compaction(LaneLogs home, Lanes lanes, Disk disk, Log log, CompactionPlan plan, Host host) {
        this.home = home;
        this.lanes = lanes;
        this.disk = disk;
        this.log = log;
        this.plan = plan;
        this.host = host;
        this.round = new CompactionRound(disk, plan);
        this.bytesBefore = log.sizeBytes();
        this.neededEnd = log.writtenEnd();
        this.cuts = log.cuts().count();
    }

    void begin() {
        if (log.recoveryPoint() < neededEnd) {
            home.flush(log, this::settle);
        } else {
            settle();
        }
    }

    private void settle() {
        if (isOver()) {
            return;
        }
        home.journal().settle(() -> {
            if (!isOver()) {
                home.noteStarts(host.highWatermark(), this::onNoted);
            }
        });
    }

    private void onNoted(DiskFailure why) {
        if (why != null) {
            end(new End.Failed(why));
        } else if (log.recoveryPoint() < neededEnd) {
            end(new End.Abandoned()); // the indexes found no room
        } else {
            next();
        }
    }

    private void next() {
        if (!isOver()) {
            long beganNs = host.nowNs();
            offLane(round::step, step -> onStep(step, beganNs));
        }
    }

    private void onStep(Step step, long beganNs) {
        switch (step) {
            case Step.More(long bytes) -> pace(bytes, beganNs, this::next);
            case Step.Made(var group, long bytes) -> pace(bytes, beganNs, () -> exchange(group));
            case Step.Done(long cleanedTo) -> {
                if (log.cuts().count() != cuts) {
                    end(new End.Abandoned());
                    return;
                }
                home.cleaned(log, cleanedTo);
                end(new End.Cleaned(cleanedTo, bytesBefore, log.sizeBytes()));
            }
        }
    }

    private void pace(long bytes, long beganNs, Runnable then) {
        double dueNs = 1e9 * bytes / plan.limits().bytesPerSecond();
        long tookNs = host.nowNs() - beganNs;
        long waitNs = Math.max((long) Math.min(Integer.MAX_VALUE * (double) NS_PER_MS, dueNs) - tookNs, Math.min(plan.limits().rest() * tookNs, REST_NS_MAX));
        if (waitNs <= 0) {
            then.run();
        } else {
            host.afterMs(Math.ceilDiv(waitNs, NS_PER_MS), then);
        }
    }

    private void exchange(List<Source> group) {
        if (isOver()) {
            return;
        }
        if (!log.compaction().holds(group) || log.cuts().isUnderWay() || log.cuts().count() != cuts) {
            end(new End.Abandoned());
            return;
        }
        log.compaction().switching(true);
        String folder = plan.folder();
        files(() -> SegmentSwitch.propose(disk, folder, group.getFirst().base()), () -> {
            log.compaction().exchange(group, host.nowMs());
            files(() -> SegmentSwitch.retire(disk, folder, group), () -> {
                log.compaction().takeNames(group);
                files(() -> SegmentSwitch.finish(disk, folder, group), () -> {
                    log.compaction().switching(false);
                    next();
                });
            });
        });
    }

    /** A step of the exchange. What it leaves half done when it fails only a start can bring in order. */
    private void files(Runnable blocking, Runnable then) {
        lanes.offLane(home.path(), Work.CHORE, () -> {
            blocking.run();
            return true;
        }, outcome -> {
            if (isOver()) {
                return;
            }
            if (outcome instanceof Outcome.Failed<Boolean>(var why)) {
                home.broke(why instanceof DiskFailure known
                        ? known : new DiskFailure(DiskFailure.Kind.BROKEN, plan.folder(), why));
                return;
            }
            try {
                then.run();
            } catch (DiskFailure why) {
                home.broke(why);
            }
        });
    }

    private void offLane(java.util.concurrent.Callable<Step> work, java.util.function.Consumer<Step> then) {
        lanes.offLane(home.path(), Work.CHORE, work, outcome -> {
            if (isOver()) {
                return;
            }
            switch (outcome) {
                case Outcome.Done<Step>(var step) -> then.accept(step);
                case Outcome.Failed<Step>(var why) -> end(new End.Failed(why));
            }
        });
    }

    /** True when the log is not served any more, or the round has been ended. */
    private boolean isOver() {
        if (!ended && !home.isOpen(log)) {
            end(new End.Abandoned());
        }
        return ended;
    }

    private void end(End what) {
        ended = true;
        boolean open = home.isOpen(log);
        if (open && !(what instanceof End.Cleaned)) {
            lanes.offLane(home.path(), Work.CHORE, () -> {
                round.close();
                round.removeUnfinished();
                return true;
            }, _ -> host.onEnd(what));
            return;
        }
        round.close();
        host.onEnd(what);
    }
}
