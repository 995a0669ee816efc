package naru.tidy;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the core may not call, and what to use instead: each of these would make a simulated run impossible to replay. */
final class Bans {

    private static final Map<String, String> CALLS = Map.ofEntries(
            Map.entry("java/lang/System.nanoTime", "base.Clock"),
            Map.entry("java/lang/System.currentTimeMillis", "base.Clock"),
            Map.entry("java/time/Instant.now", "base.Clock"),
            Map.entry("java/lang/Math.random", "base.Randomness"),
            Map.entry("java/util/concurrent/ThreadLocalRandom.current", "base.Randomness"),
            Map.entry("java/util/UUID.randomUUID", "base.Randomness"),
            Map.entry("java/util/Set.of", "a TreeSet: Set.of iterates differently in every JVM"),
            Map.entry("java/util/Map.of", "a TreeMap: Map.of iterates differently in every JVM"),
            Map.entry("java/util/Set.copyOf", "a TreeSet: Set.copyOf iterates differently in every JVM"),
            Map.entry("java/util/Map.copyOf", "a TreeMap: Map.copyOf iterates differently in every JVM"),
            Map.entry("java/lang/System.identityHashCode", "an id of your own"),
            Map.entry("java/lang/Thread.sleep", "a deadline and onTime"),
            Map.entry("java/lang/Thread.start", "a lane, or Lanes.offLane"),
            Map.entry("java/util/Collection.parallelStream", "stream"),
            Map.entry("java/util/concurrent/CompletableFuture.supplyAsync", "Lanes.offLane"),
            Map.entry("java/util/concurrent/CompletableFuture.runAsync", "Lanes.offLane"),
            Map.entry("java/nio/file/Files.newByteChannel", "base.Disk"),
            Map.entry("java/nio/channels/FileChannel.open", "base.Disk"));

    private Bans() {}

    /** One sentence for each banned call in the class. */
    static List<String> complaints(Path classFile) throws IOException {
        var complaints = new ArrayList<String>();
        for (var entry : ClassFile.of().parse(classFile).constantPool()) {
            if (entry instanceof MemberRefEntry called) {
                String name = called.owner().asInternalName() + "." + called.name().stringValue();
                if (CALLS.containsKey(name)) {
                    complaints.add(classFile.getFileName() + " calls " + name + "; use " + CALLS.get(name));
                }
            }
        }
        return complaints;
    }
}
