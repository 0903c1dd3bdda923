package io.forbear.retry.spring;

import java.util.ArrayDeque;
import java.util.Deque;
import org.springframework.asm.Handle;
import org.springframework.asm.Label;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;

/**
 * Follows the operands of the code of a method as far as to know whether the receiver of a call is {@code this}: the
 * value of the first local variable, which compilers leave alone. What is on the stack where branches join is
 * forgotten.
 *
 * <p>Source: chapter 6 of the specification of the Java virtual machine, which says for each instruction what it takes
 * and leaves.
 */
abstract class OperandStack extends MethodVisitor {

    /** For each word, {@code true} if it is {@code this}. Words that were forgotten are not there, and are not. */
    private final Deque<Boolean> words = new ArrayDeque<>();

    OperandStack() {
        super(SpringAsmInfo.ASM_VERSION);
    }

    /** A method of {@code this} is called. */
    abstract void calledOnThis(String owner, String name, String descriptor);

    /** A reference to a method of {@code this} is made. */
    abstract void boundToThis(Handle handle);

    private void push(int number) {
        for (int i = 0; i < number; i++) {
            words.push(false);
        }
    }

    private boolean pop() {
        Boolean word = words.poll();
        return word != null && word;
    }

    private void pop(int number) {
        for (int i = 0; i < number; i++) {
            pop();
        }
    }

    private void replace(int taken, int left) {
        pop(taken);
        push(left);
    }

    @Override
    public void visitInsn(int opcode) {
        if (opcode == Opcodes.DUP) {
            boolean top = pop();
            words.push(top);
            words.push(top);
        } else if (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN || opcode == Opcodes.ATHROW) {
            words.clear();
        } else {
            int change = change(opcode);
            replace(Math.max(0, -change), Math.max(0, change));
        }
    }

    /** Returns by how many words an instruction without operands makes the stack higher. */
    private static int change(int opcode) {
        if (opcode >= Opcodes.IADD && opcode <= Opcodes.DREM) {
            return opcode % 2 == 0 ? -1 : -2; // int and float, long and double by turns
        }
        return switch (opcode) {
            case Opcodes.LCONST_0,
                    Opcodes.LCONST_1,
                    Opcodes.DCONST_0,
                    Opcodes.DCONST_1,
                    Opcodes.DUP2,
                    Opcodes.DUP2_X1,
                    Opcodes.DUP2_X2 -> 2;
            case Opcodes.NOP,
                    Opcodes.LALOAD,
                    Opcodes.DALOAD,
                    Opcodes.SWAP,
                    Opcodes.INEG,
                    Opcodes.LNEG,
                    Opcodes.FNEG,
                    Opcodes.DNEG,
                    Opcodes.I2F,
                    Opcodes.L2D,
                    Opcodes.F2I,
                    Opcodes.D2L,
                    Opcodes.I2B,
                    Opcodes.I2C,
                    Opcodes.I2S,
                    Opcodes.ARRAYLENGTH -> 0;
            case Opcodes.LAND, Opcodes.LOR, Opcodes.LXOR, Opcodes.POP2 -> -2;
            case Opcodes.LCMP,
                    Opcodes.DCMPL,
                    Opcodes.DCMPG,
                    Opcodes.IASTORE,
                    Opcodes.FASTORE,
                    Opcodes.AASTORE,
                    Opcodes.BASTORE,
                    Opcodes.CASTORE,
                    Opcodes.SASTORE -> -3;
            case Opcodes.LASTORE, Opcodes.DASTORE -> -4;
            case Opcodes.ACONST_NULL,
                    Opcodes.ICONST_M1,
                    Opcodes.ICONST_0,
                    Opcodes.ICONST_1,
                    Opcodes.ICONST_2,
                    Opcodes.ICONST_3,
                    Opcodes.ICONST_4,
                    Opcodes.ICONST_5,
                    Opcodes.FCONST_0,
                    Opcodes.FCONST_1,
                    Opcodes.FCONST_2,
                    Opcodes.DUP_X1,
                    Opcodes.DUP_X2,
                    Opcodes.I2L,
                    Opcodes.I2D,
                    Opcodes.F2L,
                    Opcodes.F2D -> 1;
            default -> -1; // loads from arrays, shifts, int logic, narrowing conversions, POP, monitors
        };
    }

    @Override
    public void visitIntInsn(int opcode, int operand) {
        replace(opcode == Opcodes.NEWARRAY ? 1 : 0, 1);
    }

    @Override
    public void visitVarInsn(int opcode, int variable) {
        switch (opcode) {
            case Opcodes.ALOAD -> words.push(variable == 0);
            case Opcodes.ILOAD, Opcodes.FLOAD -> push(1);
            case Opcodes.LLOAD, Opcodes.DLOAD -> push(2);
            case Opcodes.LSTORE, Opcodes.DSTORE -> pop(2);
            default -> pop(1);
        }
    }

    @Override
    public void visitTypeInsn(int opcode, String type) {
        if (opcode != Opcodes.CHECKCAST) {
            replace(opcode == Opcodes.NEW ? 0 : 1, 1);
        }
    }

    @Override
    public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
        int size = Type.getType(descriptor).getSize();
        switch (opcode) {
            case Opcodes.GETSTATIC -> push(size);
            case Opcodes.PUTSTATIC -> pop(size);
            case Opcodes.GETFIELD -> replace(1, size);
            default -> pop(size + 1);
        }
    }

    @Override
    public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
        for (Type argument : Type.getArgumentTypes(descriptor)) {
            pop(argument.getSize());
        }
        if (opcode != Opcodes.INVOKESTATIC && pop()) {
            calledOnThis(owner, name, descriptor);
        }
        push(Type.getReturnType(descriptor).getSize());
    }

    @Override
    public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
        boolean bound = false;
        for (Type argument : Type.getArgumentTypes(descriptor)) {
            for (int i = 0; i < argument.getSize(); i++) {
                bound |= pop();
            }
        }
        for (Object argument : arguments) {
            if (bound && argument instanceof Handle handle) {
                boundToThis(handle);
            }
        }
        push(Type.getReturnType(descriptor).getSize());
    }

    @Override
    public void visitLdcInsn(Object value) {
        push(value instanceof Long || value instanceof Double ? 2 : 1);
    }

    @Override
    public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
        replace(dimensions, 1);
    }

    @Override
    public void visitJumpInsn(int opcode, Label label) {
        words.clear();
    }

    @Override
    public void visitLabel(Label label) {
        words.clear();
    }

    @Override
    public void visitTableSwitchInsn(int min, int max, Label defaultTarget, Label... labels) {
        words.clear();
    }

    @Override
    public void visitLookupSwitchInsn(Label defaultTarget, int[] keys, Label[] labels) {
        words.clear();
    }
}
