package naru.settling;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.CodeModel;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettledClassTest {

    /** Loads the sample anew, settled. */
    private static final class Settling extends ClassLoader {

        private final List<byte[]> loaded = new ArrayList<>();

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(Sample.class.getName())) {
                return super.loadClass(name, resolve);
            }
            var known = findLoadedClass(name);
            if (known != null) {
                return known;
            }
            byte[] settled = SettledClass.of(bytesOf(name), ClassHierarchyResolver.defaultResolver());
            loaded.add(settled);
            return defineClass(name, settled, 0, settled.length);
        }
    }

    private static byte[] bytesOf(String name) {
        try (var in = Sample.class.getResourceAsStream(name.substring(name.lastIndexOf('.') + 1) + ".class")) {
            return in.readAllBytes();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static List<String> leftOpen(byte[] bytes) {
        return ClassFile.of().parse(bytes).methods().stream().flatMap(method -> method.code().stream())
                .flatMap(CodeModel::elementStream).filter(InvokeDynamicInstruction.class::isInstance)
                .map(call -> ((InvokeDynamicInstruction) call).bootstrapMethod().methodName())
                .filter(name -> name.equals("typeSwitch") || name.equals("bootstrap")).toList();
    }

    @Test
    void answersAreTheSame() throws Exception {
        var settling = new Settling();
        var sample = settling.loadClass(Sample.class.getName());
        assertThat(sample).isNotSameAs(Sample.class);
        assertThat(sample.getMethod("answers").invoke(null)).isEqualTo(Sample.answers());
        assertThat(settling.loaded).hasSizeGreaterThan(4);
    }

    @Test
    void nothingIsLeftButSwitchesOverMoreThanTypes() {
        for (var name : List.of("Sample$Shape", "Sample$Shape$Dot", "Sample$Shape$Line", "Sample$Shape$All")) {
            byte[] before = bytesOf(name);
            assertThat(leftOpen(before)).isNotEmpty();
            assertThat(leftOpen(SettledClass.of(before, ClassHierarchyResolver.defaultResolver()))).isEmpty();
        }
        assertThat(leftOpen(bytesOf("Sample"))).hasSize(2);
        assertThat(leftOpen(SettledClass.of(bytesOf("Sample"), ClassHierarchyResolver.defaultResolver()))).hasSize(1);
    }

    @Test
    void whatIsSettledStaysAsItIs() {
        byte[] once = SettledClass.of(bytesOf("Sample$Shape$All"), ClassHierarchyResolver.defaultResolver());
        assertThat(SettledClass.of(once, ClassHierarchyResolver.defaultResolver())).isSameAs(once);
    }
}
