package naru.settling;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.stream.Stream;

/**
 * A lambda, or a reference to a method, as a class of its own: {@code of(captured...)} gives the object, a single one where nothing is captured.
 * What it does is a method of the class in which it was written, which may touch what is private there; see {@link #write}.
 */
final class LambdaClass {

    private static final String FACTORY = "of";
    private static final String SINGLE = "SINGLE";
    private static final int CONSTANT = ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL;

    private final InvokeDynamicInstruction call;
    private final ClassDesc home;
    private final boolean isHomeInterface;
    private final String body;
    private final DirectMethodHandleDesc target;
    /** What the interface's method takes, as the virtual machine sees it and as the compiler does. */
    private final MethodTypeDesc erased;
    private final MethodTypeDesc exact;

    /**
     * @param home where it was written
     * @param body the name of the method that {@link #write} fills
     */
    LambdaClass(InvokeDynamicInstruction call, ClassDesc home, boolean isHomeInterface, String body) {
        this.call = call;
        this.home = home;
        this.isHomeInterface = isHomeInterface;
        this.body = body;
        this.target = target(call);
        this.erased = (MethodTypeDesc) call.bootstrapArgs().get(0);
        this.exact = (MethodTypeDesc) call.bootstrapArgs().get(2);
    }

    private static DirectMethodHandleDesc target(InvokeDynamicInstruction call) {
        return (DirectMethodHandleDesc) call.bootstrapArgs().get(1);
    }

    /** One that takes and gives what its target does, but for casts and boxes. What widens numbers is left to the virtual machine. */
    static boolean isPlain(InvokeDynamicInstruction call) {
        var target = target(call).invocationType();
        var exact = (MethodTypeDesc) call.bootstrapArgs().get(2);
        int captured = call.typeSymbol().parameterCount();
        for (int i = 0; i < exact.parameterCount(); i++) {
            if (!fits(exact.parameterType(i), target.parameterType(captured + i))) {
                return false;
            }
        }
        return TypeKind.from(exact.returnType()) == TypeKind.VOID || fits(target.returnType(), exact.returnType());
    }

    private static boolean fits(ClassDesc from, ClassDesc to) {
        if (from.isPrimitive() && to.isPrimitive()) {
            return from.equals(to);
        }
        return !to.isPrimitive() || from.equals(boxOf(to));
    }

    private static ClassDesc boxOf(ClassDesc primitive) {
        return ClassDesc.of("java.lang." + switch (TypeKind.from(primitive)) {
            case BOOLEAN -> "Boolean";
            case BYTE -> "Byte";
            case CHAR -> "Character";
            case SHORT -> "Short";
            case INT -> "Integer";
            case LONG -> "Long";
            case FLOAT -> "Float";
            case DOUBLE -> "Double";
            case REFERENCE, VOID -> throw new IllegalStateException("nothing holds " + primitive.displayName());
        });
    }

    ClassDesc name() {
        return ClassDesc.ofDescriptor(home.descriptorString().replace(";", "$" + body.replace('$', '_') + ";"));
    }

    /** With slashes. */
    String internalName() {
        String descriptor = name().descriptorString();
        return descriptor.substring(1, descriptor.length() - 1);
    }

    /** What is captured, then what is given to the interface's method. */
    MethodTypeDesc bodyType() {
        var captured = call.typeSymbol().parameterList();
        return MethodTypeDesc.of(erased.returnType(), Stream.concat(captured.stream(), erased.parameterList().stream()).toList());
    }

    /** In place of the instruction that would make the class when it is reached. */
    void writeCall(CodeBuilder code) {
        code.invokestatic(name(), FACTORY, call.typeSymbol());
    }

    /** What it does. */
    void write(CodeBuilder code) {
        if (target.kind() == DirectMethodHandleDesc.Kind.CONSTRUCTOR) {
            code.new_(target.owner()).dup();
        }
        int captured = call.typeSymbol().parameterCount();
        var taken = target.invocationType();
        for (int i = 0; i < bodyType().parameterCount(); i++) {
            var given = bodyType().parameterType(i);
            code.loadLocal(TypeKind.from(given), code.parameterSlot(i));
            convert(code, given, i < captured ? given : exact.parameterType(i - captured), taken.parameterType(i));
        }
        invoke(code);
        if (erased.returnType().equals(ConstantDescs.CD_void)) {
            drop(code, taken.returnType());
            code.return_();
        } else {
            convert(code, taken.returnType(), exact.returnType(), erased.returnType());
            code.return_(TypeKind.from(erased.returnType()));
        }
    }

    private static void drop(CodeBuilder code, ClassDesc result) {
        switch (TypeKind.from(result)) {
            case LONG, DOUBLE -> code.pop2();
            case BOOLEAN, BYTE, CHAR, SHORT, INT, FLOAT, REFERENCE -> code.pop();
            case VOID -> { }
        }
    }

    /** Boxes, unboxes or casts; {@code known} is what the compiler knew it to be on the way. */
    private static void convert(CodeBuilder code, ClassDesc from, ClassDesc known, ClassDesc to) {
        if (from.equals(to)) {
            return;
        }
        if (from.isPrimitive()) {
            var box = boxOf(from);
            code.invokestatic(box, "valueOf", MethodTypeDesc.of(box, from));
        } else if (to.isPrimitive()) {
            var box = known.isPrimitive() ? boxOf(to) : known;
            code.checkcast(box).invokevirtual(box, to.displayName() + "Value", MethodTypeDesc.of(to));
        } else if (!to.equals(ConstantDescs.CD_Object)) {
            code.checkcast(to);
        }
    }

    private void invoke(CodeBuilder code) {
        var owner = target.owner();
        String method = target.methodName();
        var type = MethodTypeDesc.ofDescriptor(target.lookupDescriptor());
        switch (target.kind()) {
            case STATIC, INTERFACE_STATIC -> code.invokestatic(owner, method, type, target.isOwnerInterface());
            case VIRTUAL -> code.invokevirtual(owner, method, type);
            case INTERFACE_VIRTUAL -> code.invokeinterface(owner, method, type);
            case SPECIAL, INTERFACE_SPECIAL -> code.invokespecial(owner, method, type, target.isOwnerInterface());
            case CONSTRUCTOR -> code.invokespecial(owner, ConstantDescs.INIT_NAME, type);
            case GETTER, SETTER, STATIC_GETTER, STATIC_SETTER -> throw new IllegalStateException("no lambda is a field");
        }
    }

    /** The class that {@link #writeCall} names. */
    byte[] bytes(ClassFile file) {
        var made = call.typeSymbol();
        return file.build(name(), builder -> {
            builder.withFlags(AccessFlag.FINAL, AccessFlag.SUPER, AccessFlag.SYNTHETIC).withInterfaceSymbols(made.returnType());
            for (int i = 0; i < made.parameterCount(); i++) {
                builder.withField(field(i), made.parameterType(i), CONSTANT);
            }
            builder.withMethodBody(ConstantDescs.INIT_NAME, constructor(), ClassFile.ACC_PRIVATE, this::constructor);
            builder.withMethodBody(FACTORY, made, ClassFile.ACC_STATIC, this::factory);
            if (made.parameterCount() == 0) {
                builder.withField(SINGLE, made.returnType(), CONSTANT | ClassFile.ACC_STATIC);
                builder.withMethodBody(ConstantDescs.CLASS_INIT_NAME, ConstantDescs.MTD_void, ClassFile.ACC_STATIC, code ->
                        code.new_(name()).dup().invokespecial(name(), ConstantDescs.INIT_NAME, constructor()).putstatic(name(), SINGLE, made.returnType()).return_());
            }
            builder.withMethodBody(call.name().stringValue(), erased, ClassFile.ACC_PUBLIC, this::method);
        });
    }

    private MethodTypeDesc constructor() {
        return call.typeSymbol().changeReturnType(ConstantDescs.CD_void);
    }

    private void constructor(CodeBuilder code) {
        code.aload(0).invokespecial(ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void);
        for (int i = 0; i < constructor().parameterCount(); i++) {
            var type = constructor().parameterType(i);
            code.aload(0).loadLocal(TypeKind.from(type), code.parameterSlot(i)).putfield(name(), field(i), type);
        }
        code.return_();
    }

    private void factory(CodeBuilder code) {
        if (constructor().parameterCount() == 0) {
            code.getstatic(name(), SINGLE, call.typeSymbol().returnType()).areturn();
            return;
        }
        code.new_(name()).dup();
        for (int i = 0; i < constructor().parameterCount(); i++) {
            code.loadLocal(TypeKind.from(constructor().parameterType(i)), code.parameterSlot(i));
        }
        code.invokespecial(name(), ConstantDescs.INIT_NAME, constructor()).areturn();
    }

    private void method(CodeBuilder code) {
        for (int i = 0; i < constructor().parameterCount(); i++) {
            code.aload(0).getfield(name(), field(i), constructor().parameterType(i));
        }
        for (int i = 0; i < erased.parameterCount(); i++) {
            code.loadLocal(TypeKind.from(erased.parameterType(i)), code.parameterSlot(i));
        }
        code.invokestatic(home, body, bodyType(), isHomeInterface).return_(TypeKind.from(erased.returnType()));
    }

    private static String field(int captured) {
        return "captured" + captured;
    }
}
