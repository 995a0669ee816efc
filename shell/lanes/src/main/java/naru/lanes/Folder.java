package naru.lanes;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import naru.base.Lanes.Work;

/** The threads that block on one log folder's disk, a few for each kind of work. They end when there is nothing to do. */
final class Folder {

    private final Map<Work, ThreadPoolExecutor> threads = new EnumMap<>(Work.class);

    Folder(String path) {
        for (var kind : Work.values()) {
            threads.put(kind, threads(path, kind));
        }
    }

    ExecutorService of(Work kind) {
        return threads.get(kind);
    }

    void stop() {
        threads.values().forEach(ThreadPoolExecutor::shutdown);
    }

    void awaitEnd(long ms) throws InterruptedException {
        for (var kind : threads.values()) {
            kind.awaitTermination(ms, TimeUnit.MILLISECONDS);
        }
    }

    private static ThreadPoolExecutor threads(String path, Work kind) {
        int count = switch (kind) {
            case SYNC -> 1;
            case READ -> 4;
            case CHORE -> 2;
        };
        var name = "naru-" + kind.name().toLowerCase(java.util.Locale.ROOT) + "-" + path;
        var pool = new ThreadPoolExecutor(count, count, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), body -> {
            var thread = new Thread(body, name);
            thread.setDaemon(true);
            return thread;
        }, new ThreadPoolExecutor.DiscardPolicy()); // refuses only at a stop: a lane that goes on to the next sync is no fault
        // A sync thread is used all the time where it is used at all; the others come and go.
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
