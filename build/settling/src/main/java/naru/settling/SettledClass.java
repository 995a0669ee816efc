package naru.settling;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A class whose switches over types and whose records' methods are methods of its own. As javac writes them, each is put together by the virtual
 * machine when it is called for the first time, out of classes that are made then: a millisecond or two, which no cache of the machine's keeps.
 * Lambdas can become classes beside it, for machines that have no cache. The answers are the same.
 */
final class SettledClass {

    private static final ClassDesc SWITCHES = ClassDesc.of("java.lang.runtime.SwitchBootstraps");
    private static final ClassDesc LAMBDAS = ClassDesc.of("java.lang.invoke.LambdaMetafactory");
    private static final ClassDesc RECORDS = ClassDesc.of("java.lang.runtime.ObjectMethods");
    private static final int HIDDEN = ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC;

    private static final int SHARED = ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC;

    /**
     * What becomes of a class.
     *
     * @param bytes the original itself when there is nothing to settle
     * @param beside classes that it needs from now on, by their names with slashes
     */
    record Settled(byte[] bytes, SortedMap<String, byte[]> beside) {}

    private final ClassModel model;
    private final boolean withLambdas;
    private final ClassDesc self;
    private final boolean isInterface;
    private final List<Consumer<ClassBuilder>> methods = new ArrayList<>();
    private final List<LambdaClass> lambdas = new ArrayList<>();

    private SettledClass(ClassModel model, boolean withLambdas) {
        this.model = model;
        this.withLambdas = withLambdas;
        this.self = model.thisClass().asSymbol();
        this.isInterface = model.flags().has(java.lang.reflect.AccessFlag.INTERFACE);
    }

    /**
     * The class in new bytes.
     *
     * @param others knows the classes that this one names
     * @param withLambdas whether these become classes, too
     */
    static Settled of(byte[] original, ClassHierarchyResolver others, boolean withLambdas) {
        var file = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(others), ClassFile.ConstantPoolSharingOption.NEW_POOL);
        var model = file.parse(original);
        var settled = new SettledClass(model, withLambdas);
        return settled.isSettled() ? new Settled(original, new TreeMap<>()) : settled.settled(file);
    }

    private boolean isSettled() {
        return model.methods().stream().flatMap(method -> method.code().stream()).flatMap(CodeModel::elementStream)
                .noneMatch(this::isOpen);
    }

    private boolean isOpen(CodeElement element) {
        return element instanceof InvokeDynamicInstruction call && (isSwitch(call) || isOfRecord(call) || withLambdas && isLambda(call));
    }

    /** One of nothing but types; what else a switch may tell apart stays as it is. */
    private static boolean isSwitch(InvokeDynamicInstruction call) {
        return call.bootstrapMethod().owner().equals(SWITCHES) && call.bootstrapMethod().methodName().equals("typeSwitch")
                && call.bootstrapArgs().stream().allMatch(label -> label instanceof ClassDesc type && !type.isPrimitive());
    }

    private static boolean isOfRecord(InvokeDynamicInstruction call) {
        return call.bootstrapMethod().owner().equals(RECORDS);
    }

    /** Those that can be serialised or are of several interfaces stay as they are. */
    private static boolean isLambda(InvokeDynamicInstruction call) {
        return call.bootstrapMethod().owner().equals(LAMBDAS) && call.bootstrapMethod().methodName().equals("metafactory") && LambdaClass.isPlain(call);
    }

    private Settled settled(ClassFile file) {
        var beside = new TreeMap<String, byte[]>();
        byte[] bytes = bytes(file);
        lambdas.forEach(lambda -> beside.put(lambda.internalName(), lambda.bytes(file)));
        return new Settled(bytes, beside);
    }

    private byte[] bytes(ClassFile file) {
        return file.transformClass(model, ClassTransform.transformingMethodBodies(this::settle)
                .andThen(ClassTransform.endHandler(builder -> methods.forEach(method -> method.accept(builder)))));
    }

    private void settle(CodeBuilder code, CodeElement element) {
        if (!isOpen(element)) {
            code.with(element);
            return;
        }
        var call = (InvokeDynamicInstruction) element;
        String name = "settled$" + methods.size();
        if (isLambda(call)) {
            var lambda = new LambdaClass(call, self, isInterface, name);
            lambdas.add(lambda);
            // Its class is another one, and methods of interfaces are private or everybody's.
            methods.add(builder -> builder.withMethodBody(name, lambda.bodyType(), SHARED | (isInterface ? ClassFile.ACC_PUBLIC : 0), lambda::write));
            lambda.writeCall(code);
            return;
        }
        Consumer<CodeBuilder> body = isSwitch(call)
                ? new TypeSwitch(call)::write : new RecordMethod(call, simpleName())::write;
        methods.add(builder -> builder.withMethodBody(name, call.typeSymbol(), HIDDEN, body));
        code.invokestatic(self, name, call.typeSymbol(), isInterface);
    }

    /** As {@link Class#getSimpleName} has it. */
    private String simpleName() {
        return model.findAttribute(java.lang.classfile.Attributes.innerClasses()).stream()
                .flatMap(all -> all.classes().stream())
                .filter(one -> one.innerClass().asSymbol().equals(self) && one.innerName().isPresent())
                .map(one -> one.innerName().get().stringValue())
                .findFirst().orElse(self.displayName());
    }
}
