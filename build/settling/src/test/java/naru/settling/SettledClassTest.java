package naru.settling;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.CodeModel;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettledClassTest {

    /** Loads a sample anew, settled. */
    private static final class Settling extends ClassLoader {

        private final Class<?> sample;
        private final List<String> loaded = new ArrayList<>();
        private final Map<String, byte[]> beside = new HashMap<>();

        Settling(Class<?> sample) {
            this.sample = sample;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(sample.getName())) {
                return super.loadClass(name, resolve);
            }
            var known = findLoadedClass(name);
            if (known != null) {
                return known;
            }
            loaded.add(name);
            byte[] bytes = beside.get(name.replace('.', '/'));
            if (bytes == null) {
                var settled = settled(bytesOf(name));
                beside.putAll(settled.beside());
                bytes = settled.bytes();
            }
            return defineClass(name, bytes, 0, bytes.length);
        }

        Object answers() throws ReflectiveOperationException {
            var again = loadClass(sample.getName());
            assertThat(again).isNotSameAs(sample);
            return again.getMethod("answers").invoke(null);
        }
    }

    private static byte[] bytesOf(String name) {
        try (var in = Sample.class.getResourceAsStream(name.substring(name.lastIndexOf('.') + 1) + ".class")) {
            return in.readAllBytes();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static SettledClass.Settled settled(byte[] bytes) {
        return SettledClass.of(bytes, ClassHierarchyResolver.defaultResolver(), true);
    }

    private static List<String> leftOpen(byte[] bytes) {
        return ClassFile.of().parse(bytes).methods().stream().flatMap(method -> method.code().stream())
                .flatMap(CodeModel::elementStream).filter(InvokeDynamicInstruction.class::isInstance)
                .map(call -> ((InvokeDynamicInstruction) call).bootstrapMethod().methodName())
                .filter(name -> !name.equals("makeConcatWithConstants")).toList();
    }

    @Test
    void answersAreTheSame() throws Exception {
        var settling = new Settling(Sample.class);
        assertThat(settling.answers()).isEqualTo(Sample.answers());
        assertThat(settling.loaded).hasSizeGreaterThan(4);
    }

    @Test
    void lambdasDoTheSame() throws Exception {
        var settling = new Settling(Lambdas.class);
        assertThat(settling.answers()).isEqualTo(Lambdas.answers());
        assertThat(settling.loaded).filteredOn(name -> name.contains("$settled_")).hasSizeGreaterThan(20);
    }

    @Test
    void lambdasThatCanBeSerialisedOrThatWidenNumbersAreLeft() {
        var settled = settled(bytesOf("Lambdas"));
        // One of the two that can be serialised is what makes it anew.
        assertThat(leftOpen(settled.bytes())).containsExactlyInAnyOrder("altMetafactory", "altMetafactory", "metafactory");
    }

    @Test
    void lambdasAreLeftWhereACacheKeepsThem() {
        byte[] before = bytesOf("Lambdas");
        var settled = SettledClass.of(before, ClassHierarchyResolver.defaultResolver(), false);
        assertThat(settled.bytes()).isSameAs(before);
        assertThat(settled.beside()).isEmpty();
    }

    @Test
    void nothingIsLeftButSwitchesOverMoreThanTypes() {
        for (var name : List.of("Sample$Shape", "Sample$Shape$Dot", "Sample$Shape$Line", "Sample$Shape$All")) {
            byte[] before = bytesOf(name);
            assertThat(leftOpen(before)).isNotEmpty();
            assertThat(leftOpen(settled(before).bytes())).isEmpty();
        }
        assertThat(leftOpen(bytesOf("Sample"))).hasSizeGreaterThan(1);
        assertThat(leftOpen(settled(bytesOf("Sample")).bytes())).hasSize(1);
    }

    @Test
    void whatIsSettledStaysAsItIs() {
        for (var name : List.of("Sample$Shape$All", "Lambdas")) {
            byte[] once = settled(bytesOf(name)).bytes();
            assertThat(settled(once).bytes()).isSameAs(once);
        }
    }
}
