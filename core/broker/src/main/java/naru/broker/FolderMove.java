package naru.broker;

import java.nio.ByteBuffer;
import java.util.function.IntConsumer;
import java.util.function.ToLongFunction;
import naru.base.DiskFailure;
import naru.base.Lanes;
import naru.base.TopicPartition;
import naru.log.LaneLogs;
import naru.log.Log;
import naru.log.LogMove;
import naru.protocol.ErrorCode;
import naru.protocol.Records;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition on its way from one log folder to another. It copies until nothing is missing, brings that to the medium, tells the
 * controller, copies what came meanwhile, and is there.
 */
final class FolderMove {

    private static final Logger LOG = LoggerFactory.getLogger(FolderMove.class);
    private static final int STEP_BYTES = 256 << 10;
    /** So little, and just written, that at the end it is read on the lane: else there would always be something new. */
    private static final int AT_ONCE_BYTES = STEP_BYTES / 2;
    private static final long AGAIN_MS = 500;
    /** While compaction exchanges files, say. */
    private static final long SOON_MS = 20;

    private enum Stage {
        /** Most is missing. */
        COPYING,
        /** Everything was there once; it goes to the medium, and the controller is told. */
        SECURING,
        /** What came since is copied; then it is there. */
        CLOSING
    }

    private final LaneBroker lane;
    private final FolderMoves moves;
    private final Partition partition;
    private final LaneLogs from;
    private final LogMove move;
    private Stage stage = Stage.COPYING;
    private boolean over;
    /** The controller takes the partition to lie where it goes to. */
    private boolean told;

    FolderMove(LaneBroker lane, FolderMoves moves, Partition partition, LaneLogs from, LaneLogs to) {
        this.lane = lane;
        this.moves = moves;
        this.partition = partition;
        this.from = from;
        this.move = new LogMove(from, to, partition.log(), lane.nowMs());
    }

    Partition partition() {
        return partition;
    }

    LaneLogs from() {
        return from;
    }

    LaneLogs to() {
        return move.to();
    }

    Log copy() {
        return move.copy();
    }

    /** In offsets. */
    long lag() {
        return Math.max(0, move.lag());
    }

    void begin() {
        LOG.info("{} moves from {} to {}", partition.name(), from.path(), to().path());
        tryToBegin();
    }

    private void tryToBegin() {
        move.begin(highWatermark(), why -> {
            if (over) {
                return;
            }
            if (why == null) {
                goOn();
            } else {
                moves.complain(this, why);
                lane.afterMs(AGAIN_MS, this::tryToBegin);
            }
        });
    }

    /** It has something to copy; when its turn comes, {@link #step} is called. */
    private void goOn() {
        if (!over) {
            moves.wantsToCopy(this);
        }
    }

    private void goOnLater() {
        lane.afterMs(AGAIN_MS, this::goOn);
    }

    /**
     * Between turns: copies a bounded piece, or comes to the end of what there is to be copied.
     *
     * @param whenDone hears how many bytes were copied
     */
    void step(IntConsumer whenDone) {
        if (over || !isPossible()) {
            whenDone.accept(0);
            return;
        }
        int copied = 0;
        try {
            if (!move.bringInLine(highWatermark())) {
                goOnLater();
            } else {
                var records = move.next(STEP_BYTES, lane.nowMs());
                if (records.sizeInBytes() > (stage == Stage.CLOSING ? AT_ONCE_BYTES : 0)) {
                    read((Records.InFile) records, whenDone);
                    return;
                }
                if (records.sizeInBytes() > 0) {
                    copied = take(Answers.read((Records.InFile) records));
                }
                onCaughtUp();
            }
        } catch (DiskFailure failure) {
            onFailed(failure);
        }
        whenDone.accept(copied);
    }

    private boolean isPossible() {
        return partition.offline() == ErrorCode.NONE && move.isPossible();
    }

    /** What was written long ago may have to be fetched from the medium. */
    private void read(Records.InFile records, IntConsumer whenDone) {
        lane.lanes().offLane(from.path(), Lanes.Work.READ, () -> Answers.read(records), outcome -> {
            int bytes = 0;
            try {
                bytes = switch (outcome) {
                    case Lanes.Outcome.Done<ByteBuffer>(var read) when !over && isPossible() -> take(read);
                    case Lanes.Outcome.Done<ByteBuffer> _ -> 0;
                    case Lanes.Outcome.Failed<ByteBuffer>(DiskFailure why) -> throw why;
                    case Lanes.Outcome.Failed<ByteBuffer>(var why) ->
                        throw new DiskFailure(DiskFailure.Kind.BROKEN, from.path(), why);
                };
                goOn();
            } catch (DiskFailure failure) {
                onFailed(failure);
            }
            whenDone.accept(bytes);
        });
    }

    private int take(ByteBuffer bytes) {
        int count = bytes.remaining();
        move.take(bytes, lane.nowMs());
        return count;
    }

    private void onCaughtUp() {
        switch (stage) {
            case COPYING -> secure();
            case SECURING -> { }
            case CLOSING -> {
                if (move.isComplete()) {
                    finish();
                } else if (move.lag() > 0) {
                    goOn();
                } else {
                    lane.afterMs(SOON_MS, this::goOn);
                }
            }
        }
    }

    private void secure() {
        stage = Stage.SECURING;
        move.secure(highWatermark(), why -> {
            if (over) {
                return;
            }
            if (why != null) {
                stage = Stage.COPYING;
                onFailed(why);
            } else {
                told = true;
                moves.assignments().tell(partition, to().path(), () -> {
                    stage = Stage.CLOSING;
                    goOn();
                });
            }
        });
    }

    private void finish() {
        move.finish(partition.highWatermark());
        over = true;
        partition.liesIn(move.copy(), to().journal());
        move.copy().whenDurable(end -> partition.onDurable(end));
        LOG.info("{} lies in {} now", partition.name(), to().path());
        moves.arrived(this);
        moves.assignments().tell(partition); // it was told of before, unless records had no place for it then
        settle();
    }

    private void settle() {
        move.settle(highWatermark(), why -> {
            if (why != null) {
                lane.afterMs(AGAIN_MS, this::settle);
            }
        });
    }

    /** A disk that is full may have room later; anything else ends the move, and the partition stays where it is. */
    private void onFailed(DiskFailure failure) {
        if (over) {
            return;
        }
        if (failure.kind() == DiskFailure.Kind.FULL) {
            moves.complain(this, failure);
            goOnLater();
        } else {
            LOG.error("{} is not moved to {}: {}", partition.name(), to().path(), failure.getMessage());
            moves.cancel(partition);
        }
    }

    /** The partition stays where it is, or goes altogether. */
    void giveUp() {
        over = true;
        try {
            move.giveUp();
        } catch (DiskFailure failure) {
            LOG.error("What was copied of {} stays in {}: {}", partition.name(), to().path(), failure.getMessage());
        }
        if (told && partition.offline() == ErrorCode.NONE) {
            moves.assignments().tell(partition, from.path(), () -> { });
        }
    }

    /** The folder that the partition lies in has failed, and what was copied may be of use at the next start. */
    void leave() {
        over = true;
        if (told) {
            // Else the controller would take it for one that lies in a folder which works.
            moves.assignments().tell(partition, from.path(), () -> { });
        }
    }

    private ToLongFunction<TopicPartition> highWatermark() {
        return name -> LanePartitions.highWatermarkOf(lane, name);
    }
}
