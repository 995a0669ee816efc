package naru.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.BranchInstruction;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The product with a bug in one method of one class, planted while the class is loaded: for exams in which the bug is one that no
 * port shows. Everything but ports and messages is loaded once more, beside the honest product.
 */
final class PlantedBroker extends ClassLoader {

    /** What the world and the broker say to each other with. */
    private static final List<String> SHARED = List.of("naru.base.", "naru.protocol.", BrokerUnderTest.class.getName());

    /** Changes the body of a method. */
    record Bug(String owner, String method, CodeTransform change) {

        /** The method does nothing but this. */
        static Bug body(String owner, String method, Consumer<CodeBuilder> code) {
            return new Bug(owner, method, new CodeTransform() {
                @Override
                public void atStart(CodeBuilder builder) {
                    code.accept(builder);
                }

                @Override
                public void accept(CodeBuilder builder, CodeElement element) {
                    // what was there is left out
                }
            });
        }

        /** A comparison is made the wrong way. */
        static Bug branch(String owner, String method, Opcode right, Opcode wrong) {
            return new Bug(owner, method, (builder, element) -> {
                if (element instanceof BranchInstruction branch && branch.opcode() == right) {
                    builder.branch(wrong, branch.target());
                } else {
                    builder.with(element);
                }
            });
        }
    }

    private final Bug bug;
    private boolean planted;

    private PlantedBroker(Bug bug) {
        super(PlantedBroker.class.getClassLoader());
        this.bug = bug;
    }

    /** A broker with the bug, as {@link RealBroker} starts it. */
    static BrokerUnderTest with(Bug bug, Map<String, String> settings) {
        try {
            var loader = new PlantedBroker(bug);
            var constructor = loader.loadClass(RealBroker.class.getName()).getDeclaredConstructor(Map.class);
            constructor.setAccessible(true);
            loader.loadClass(bug.owner());
            if (!loader.planted) {
                throw new AssertionError("there is no " + bug.owner() + "." + bug.method() + " to plant a bug in");
            }
            return (BrokerUnderTest) constructor.newInstance(settings);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith("naru.") || SHARED.stream().anyMatch(name::startsWith)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            var loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes;
        try (var in = getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            bytes = in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (name.equals(bug.owner())) {
            var changing = ClassTransform.transformingMethodBodies(this::isPlace, bug.change());
            var file = ClassFile.of();
            bytes = file.transformClass(file.parse(bytes), changing);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    private boolean isPlace(MethodModel method) {
        boolean place = method.methodName().equalsString(bug.method());
        planted |= place;
        return place;
    }
}
