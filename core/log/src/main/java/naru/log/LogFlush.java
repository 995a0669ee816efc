package naru.log;

import naru.base.Disk;
import naru.base.DiskFailure;
import naru.base.Lanes;
import naru.base.Lanes.Outcome;
import naru.base.Lanes.Work;

/**
 * One sync of one log, off its lane. A sync that failed is never tried again: the kernel may have dropped what it could not
 * write, and would say of the rest that all is well.
 */
final class LogFlush {

    private final LaneLogs home;
    private final LogSync sync;
    private final Runnable then;

    /** @param then runs on the lane, whatever came of it */
    LogFlush(LaneLogs home, LogSync sync, Runnable then) {
        this.home = home;
        this.sync = sync;
        this.then = then;
    }

    void begin(Disk disk, Lanes lanes) {
        lanes.offLane(home.path(), Work.SYNC, () -> home.waitForMedium(sync, () -> sync.run(disk)), this::onOutcome);
    }

    private void onOutcome(Outcome<LogSync> outcome) {
        sync.release();
        if (home.failure() == null) {
            switch (outcome) {
                case Outcome.Failed<LogSync>(DiskFailure why) -> home.broke(why);
                case Outcome.Failed<LogSync>(var why) -> home.broke(new DiskFailure(DiskFailure.Kind.BROKEN, home.path(), why));
                case Outcome.Done<LogSync> _ -> onSynced();
            }
        }
        then.run();
    }

    private void onSynced() {
        try {
            if (home.synced(sync)) {
                sync.log().safety().durableTo(sync.end());
            }
        } catch (DiskFailure why) {
            home.broke(why);
        }
    }
}
