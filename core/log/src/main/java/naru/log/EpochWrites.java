package naru.log;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import naru.base.Disk;
import naru.base.DiskFailure;
import naru.base.Lanes;
import naru.base.Lanes.Outcome;
import naru.base.Lanes.Work;

/** Brings the epochs that began in a lane's logs to their files, soon, off the lane, and some at a time. */
final class EpochWrites {

    private record Begun(Log log, EpochWrite write) {}

    private final LaneLogs home;
    private final Disk disk;
    private final Lanes lanes;
    private LinkedHashSet<Log> waiting = new LinkedHashSet<>();
    private boolean underWay;

    EpochWrites(LaneLogs home, Disk disk, Lanes lanes) {
        this.home = home;
        this.disk = disk;
        this.lanes = lanes;
    }

    void add(Log log) {
        waiting.add(log);
    }

    /** At the end of a turn, and when those before are written. */
    void goOn() {
        if (underWay || waiting.isEmpty()) {
            return;
        }
        var all = new ArrayList<Begun>(waiting.size());
        for (var log : waiting) {
            if (home.isOpen(log)) {
                all.add(new Begun(log, log.epochs().beginWrite(false)));
            }
        }
        waiting = new LinkedHashSet<>();
        underWay = true;
        lanes.offLane(home.path(), Work.CHORE, () -> {
            all.forEach(one -> one.write().run(disk));
            return all;
        }, this::onWritten);
    }

    private void onWritten(Outcome<List<Begun>> outcome) {
        underWay = false;
        switch (outcome) {
            case Outcome.Done<List<Begun>>(var all) -> {
                all.forEach(one -> one.log().epochs().ended(one.write()));
                goOn();
            }
            case Outcome.Failed<List<Begun>>(DiskFailure why) -> home.broke(why);
            case Outcome.Failed<List<Begun>>(var why) -> home.broke(new DiskFailure(DiskFailure.Kind.BROKEN, home.path(), why));
        }
    }
}
