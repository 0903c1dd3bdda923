package io.forbear.retry.spring;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;

/** Tells by its arguments for which client a call is made. */
@FunctionalInterface
interface ClientKey {

    /** Returns the client; {@code null} for none. */
    @Nullable
    String of(MethodInvocation invocation);

    /** Reads an expression; {@code null} where it cannot be read, which is a problem. */
    static @Nullable ClientKey read(String text, Method method, Class<?> type, BeanFactory beans, Problems problems) {
        String place = Problems.place(type, method);
        ParameterNameDiscoverer discoverer = new DefaultParameterNameDiscoverer();
        @Nullable String @Nullable [] names = discoverer.getParameterNames(method);
        SpelExpression expression;
        try {
            expression = new SpelExpressionParser().parseRaw(text);
        } catch (ParseException unreadable) {
            problems.add(place, "client", text, "an expression of SpEL; " + unreadable.getSimpleMessage());
            return null;
        }
        for (String variable : variables(expression.getAST())) {
            if (index(variable, method, names) < 0 && !variable.equals("root") && !variable.equals("this")) {
                String known = names == null
                        ? "#p0, #p1, ...; names are not in the class, which -parameters puts there"
                        : "one of " + written(names, method) + ", or #p0, #p1, ...";
                problems.add(place, "client", "#" + variable, known);
                return null;
            }
        }
        int argument = text.startsWith("#") ? index(text.substring(1), method, names) : -1;
        if (argument >= 0) {
            return invocation -> text(invocation.getArguments()[argument]);
        }
        return invocation -> {
            Object root = invocation.getThis();
            MethodBasedEvaluationContext context = new MethodBasedEvaluationContext(
                    root == null ? new Object() : root, method, invocation.getArguments(), discoverer);
            context.setBeanResolver(new BeanFactoryResolver(beans));
            try {
                return text(expression.getValue(context));
            } catch (EvaluationException failed) {
                throw new IllegalStateException(
                        place + ": client: " + text + ": " + failed.getMessage() + " (expected: a value)", failed);
            }
        };
    }

    /** Returns the names that the source has, without that of a continuation. */
    private static List<String> written(@Nullable String[] names, Method method) {
        int count = Math.min(names.length, SuspendFunction.parameters(method).size());
        return Arrays.asList(names).subList(0, count);
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    /** Returns which parameter a variable names, by its name or its number; below zero for none. */
    private static int index(String variable, Method method, @Nullable String @Nullable [] names) {
        for (int i = 0; names != null && i < names.length; i++) {
            if (variable.equals(names[i])) {
                return i;
            }
        }
        Matcher numbered = Pattern.compile("[pa](\\d{1,3})").matcher(variable);
        int number = numbered.matches() ? Integer.parseInt(numbered.group(1)) : -1;
        return number < SuspendFunction.parameters(method).size() ? number : -1;
    }

    /** Returns the names of the beans that an expression asks, for the hints of a native image. */
    static List<String> beans(String text) {
        try {
            List<String> found = new ArrayList<>();
            collectBeans(new SpelExpressionParser().parseRaw(text).getAST(), found);
            return found;
        } catch (ParseException unreadable) {
            return List.of(); // which is told when the application starts
        }
    }

    private static void collectBeans(SpelNode node, List<String> found) {
        if (node instanceof BeanReference) {
            String name = Objects.requireNonNull(node.toStringAST()).replaceFirst("^[@&]", "");
            found.add(name.startsWith("'") ? name.substring(1, name.length() - 1) : name);
        }
        for (int i = 0; i < node.getChildCount(); i++) {
            collectBeans(node.getChild(i), found);
        }
    }

    private static List<String> variables(SpelNode node) {
        List<String> found = new ArrayList<>();
        if (node instanceof VariableReference) {
            found.add(Objects.requireNonNull(node.toStringAST()).substring(1));
        }
        for (int i = 0; i < node.getChildCount(); i++) {
            found.addAll(variables(node.getChild(i)));
        }
        return found;
    }
}
