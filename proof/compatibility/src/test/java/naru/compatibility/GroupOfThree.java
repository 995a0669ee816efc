package naru.compatibility;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Three members of one group, each a process of the foreign client, and what they say of themselves. */
final class GroupOfThree implements AutoCloseable {

    private static final long PATIENCE_S = 60;

    /** How kcat tells what it was given: {@code % Group g rebalanced (memberid m): assigned: t [0], t [2]}. */
    private static final Pattern KCAT_REBALANCED = Pattern.compile("% Group .* rebalanced .*: (assigned|revoked): (.*)");

    private record Said(int member, String line) {}

    private final List<Process> members = new ArrayList<>();
    private final List<Set<String>> assigned = new ArrayList<>();
    private final BlockingQueue<Said> said = new LinkedBlockingQueue<>();
    private final Set<String> read = new HashSet<>();
    private final List<String> lastWords = new ArrayList<>();

    GroupOfThree(ForeignClient client, String bootstrap, String prefix) throws IOException {
        this(client, bootstrap, prefix, "member");
    }

    GroupOfThree(ForeignClient client, String bootstrap, String prefix, String scenario) throws IOException {
        for (int i = 0; i < 3; i++) {
            add(client, bootstrap, prefix, scenario);
        }
    }

    /** One more; they are numbered from 0. */
    void add(ForeignClient client, String bootstrap, String prefix, String scenario) throws IOException {
        var process = client.start(bootstrap, prefix, scenario);
        int member = members.size();
        members.add(process);
        assigned.add(new TreeSet<>());
        var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Thread.ofVirtual().start(() -> out.lines().forEach(line -> said.add(new Said(member, line))));
    }

    /** Ends a member as a broken machine would: without a word to anybody. */
    void kill(int member) {
        members.get(member).destroyForcibly();
        assigned.set(member, Set.of());
    }

    /** Waits until every partition has one owner, and {@code owners} members own something. */
    void awaitShared(int partitions, int owners) throws InterruptedException {
        await("one owner for each partition among " + owners, () -> {
            long busy = assigned.stream().filter(own -> !own.isEmpty()).count();
            int sum = assigned.stream().mapToInt(Set::size).sum();
            var all = new TreeSet<String>();
            assigned.forEach(all::addAll);
            return busy == owners && sum == partitions && all.size() == partitions;
        });
    }

    void awaitRead(Set<String> values) throws InterruptedException {
        await(values.size() + " values", () -> read.containsAll(values));
    }

    private interface Condition {
        boolean holds();
    }

    private void await(String what, Condition condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (!condition.holds()) {
            var next = said.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                throw new AssertionError("no " + what + "; assigned " + assigned + ", read " + read.size()
                        + ", last words " + lastWords.subList(Math.max(0, lastWords.size() - 20), lastWords.size()));
            }
            hear(next);
        }
    }

    private void hear(Said heard) {
        var next = new Said(heard.member(), inOurWords(heard.line()));
        if (next.line().startsWith("read ")) {
            read.add(next.line().substring("read ".length()));
        } else if (next.line().startsWith("assigned")) {
            if (members.get(next.member()).isAlive()) {
                var own = next.line().substring("assigned".length()).strip();
                assigned.set(next.member(), own.isEmpty() ? Set.of() : new TreeSet<>(List.of(own.split(","))));
            }
        } else {
            lastWords.add(next.member() + ": " + next.line());
        }
    }

    private static String inOurWords(String line) {
        var kcat = KCAT_REBALANCED.matcher(line);
        if (!kcat.matches()) {
            return line;
        }
        return kcat.group(1).equals("revoked") ? "assigned" : "assigned " + kcat.group(2).replaceAll("[^,]*\\[(\\d+)]", "$1");
    }

    @Override
    public void close() {
        for (var member : members) {
            member.destroyForcibly();
        }
        for (var member : members) {
            member.onExit().join();
        }
    }
}
