//! Operators.

use oxc_syntax::operator::{BinaryOperator, UnaryOperator};
use recording::value::{Key, ObjectKind, Value};

use super::{
    values::{
        Eval, Stop, is_loosely_equal, is_strictly_equal, is_truthy, to_i128, to_int32, to_number, unknown,
    },
    walk::{Operand, Walk, key_of},
};

/// An operator before its operand; not `typeof`, not `delete`.
pub(super) fn unary(walk: &mut Walk<'_, '_>, operator: UnaryOperator, value: &Value) -> Eval<Value> {
    Ok(match operator {
        UnaryOperator::Void => Value::Undefined,
        UnaryOperator::LogicalNot => Value::Boolean(!is_truthy(value)?),
        UnaryOperator::UnaryPlus => Value::Number(to_number(&walk.primitive(value, false)?)?),
        UnaryOperator::UnaryNegation => match walk.primitive(value, false)? {
            Value::BigInt(digits) => bigint(to_i128(&digits)?.checked_neg())?,
            value => Value::Number(-to_number(&value)?),
        },
        UnaryOperator::BitwiseNot => match walk.primitive(value, false)? {
            Value::BigInt(digits) => bigint(Some(!to_i128(&digits)?))?,
            value => Value::Number(f64::from(!to_int32(to_number(&value)?))),
        },
        UnaryOperator::Typeof | UnaryOperator::Delete => return Err(Stop::Beyond),
    })
}

/// An operator between two operands.
pub(super) fn binary(
    walk: &mut Walk<'_, '_>,
    operator: BinaryOperator,
    left: Operand,
    right: Operand,
) -> Eval<Value> {
    use BinaryOperator as B;
    let Operand::Value(left) = left else {
        return Err(Stop::Beyond);
    };
    let right = match (operator, right) {
        (B::Instanceof, right) => return is_instance(walk, &left, &right),
        (_, Operand::Value(right)) => right,
        _ => return Err(Stop::Beyond),
    };
    Ok(match operator {
        B::StrictEquality => Value::Boolean(is_strictly_equal(&left, &right)?),
        B::StrictInequality => Value::Boolean(!is_strictly_equal(&left, &right)?),
        B::Equality => Value::Boolean(loosely(walk, &left, &right)?),
        B::Inequality => Value::Boolean(!loosely(walk, &left, &right)?),
        B::In => {
            let Value::Object(object) = right else {
                return Err(no_object_for_in());
            };
            let name = walk.property_name(&left)?;
            Value::Boolean(walk.has(object, &key_of(&name))?)
        }
        B::LessThan => compare(walk, &left, &right, |ordering| ordering.is_lt())?,
        B::LessEqualThan => compare(walk, &left, &right, |ordering| ordering.is_le())?,
        B::GreaterThan => compare(walk, &left, &right, |ordering| ordering.is_gt())?,
        B::GreaterEqualThan => compare(walk, &left, &right, |ordering| ordering.is_ge())?,
        B::Addition => {
            let (left, right) = (walk.sum_operand(&left)?, walk.sum_operand(&right)?);
            if let (Value::String(_), _) | (_, Value::String(_)) = (&left, &right) {
                let (left, right) = (walk.string_of(&left)?, walk.string_of(&right)?);
                walk.room_for_text(left.len() + right.len())?;
                return walk.text(format!("{left}{right}"));
            }
            arithmetic(operator, &left, &right)?
        }
        _ => {
            let (left, right) = (walk.primitive(&left, false)?, walk.primitive(&right, false)?);
            arithmetic(operator, &left, &right)?
        }
    })
}

/// The exception of asking what is in something that is no object.
pub(super) fn no_object_for_in() -> Stop {
    let message = "Cannot use 'in' operator to search for a key in a value that is no object".to_owned();
    Stop::Error("TypeError", message)
}

fn loosely(walk: &mut Walk<'_, '_>, left: &Value, right: &Value) -> Eval<bool> {
    use Value::{Null, Object, Undefined};
    match (left, right) {
        (Object(_), Object(_)) => is_strictly_equal(left, right),
        (Object(_), Undefined | Null) | (Undefined | Null, Object(_)) => Ok(false),
        (Object(_), other) => is_loosely_equal(&walk.sum_operand(left)?, other),
        (other, Object(_)) => is_loosely_equal(other, &walk.sum_operand(right)?),
        _ => is_loosely_equal(left, right),
    }
}

fn compare(
    walk: &mut Walk<'_, '_>,
    left: &Value,
    right: &Value,
    holds: impl Fn(std::cmp::Ordering) -> bool,
) -> Eval<Value> {
    let (left, right) = (walk.primitive(left, false)?, walk.primitive(right, false)?);
    let ordering = match (&left, &right) {
        // By UTF-16 code units.
        (Value::String(left), Value::String(right)) => Some(left.encode_utf16().cmp(right.encode_utf16())),
        (Value::BigInt(left), Value::BigInt(right)) => Some(to_i128(left)?.cmp(&to_i128(right)?)),
        (Value::BigInt(left), right) => (to_i128(left)? as f64).partial_cmp(&to_number(right)?),
        (left, Value::BigInt(right)) => to_number(left)?.partial_cmp(&(to_i128(right)? as f64)),
        (left, right) => to_number(left)?.partial_cmp(&to_number(right)?),
    };
    Ok(Value::Boolean(ordering.is_some_and(holds)))
}

fn arithmetic(operator: BinaryOperator, left: &Value, right: &Value) -> Eval<Value> {
    use BinaryOperator as B;
    match (left, right) {
        (Value::BigInt(left), Value::BigInt(right)) => {
            return bigint_arithmetic(operator, to_i128(left)?, to_i128(right)?);
        }
        (Value::BigInt(_), other) | (other, Value::BigInt(_)) => {
            if let Value::Unavailable | Value::Uninitialized = other {
                return Err(unknown());
            }
            let message = "Cannot mix BigInt and other types, use explicit conversions".to_owned();
            return Err(Stop::Error("TypeError", message));
        }
        _ => {}
    }
    let (left, right) = (to_number(left)?, to_number(right)?);
    let (bits, shift) = (to_int32(left), to_int32(right) as u32 & 31);
    Ok(Value::Number(match operator {
        B::Addition => left + right,
        B::Subtraction => left - right,
        B::Multiplication => left * right,
        B::Division => left / right,
        B::Remainder => left % right,
        B::Exponential => power(left, right),
        B::ShiftLeft => f64::from(bits.wrapping_shl(shift)),
        B::ShiftRight => f64::from(bits >> shift),
        B::ShiftRightZeroFill => f64::from(bits as u32 >> shift),
        B::BitwiseOR => f64::from(bits | to_int32(right)),
        B::BitwiseXOR => f64::from(bits ^ to_int32(right)),
        B::BitwiseAnd => f64::from(bits & to_int32(right)),
        _ => return Err(Stop::Beyond),
    }))
}

/// `**`: of 1 and what is no number, the language says NaN where IEEE 754 says 1.
pub(super) fn power(base: f64, exponent: f64) -> f64 {
    match base.abs() == 1.0 && !exponent.is_finite() || exponent.is_nan() {
        true => f64::NAN,
        false => base.powf(exponent),
    }
}

fn bigint_arithmetic(operator: BinaryOperator, left: i128, right: i128) -> Eval<Value> {
    use BinaryOperator as B;
    if right == 0 && matches!(operator, B::Division | B::Remainder) {
        return Err(Stop::Error("RangeError", "Division by zero".to_owned()));
    }
    if right < 0 && operator == B::Exponential {
        return Err(Stop::Error(
            "RangeError",
            "Exponent must be non-negative".to_owned(),
        ));
    }
    bigint(match operator {
        B::Addition => left.checked_add(right),
        B::Subtraction => left.checked_sub(right),
        B::Multiplication => left.checked_mul(right),
        B::Division => left.checked_div(right),
        B::Remainder => left.checked_rem(right),
        B::Exponential => u32::try_from(right)
            .ok()
            .and_then(|right| left.checked_pow(right)),
        B::BitwiseOR => Some(left | right),
        B::BitwiseXOR => Some(left ^ right),
        B::BitwiseAnd => Some(left & right),
        _ => None,
    })
}

fn bigint(number: Option<i128>) -> Eval<Value> {
    let number = number.ok_or(Stop::Beyond)?;
    Ok(Value::BigInt(number.to_string().into()))
}

fn is_instance(walk: &mut Walk<'_, '_>, left: &Value, right: &Operand) -> Eval<Value> {
    let class = match right {
        Operand::Builtin(name) => Class::Builtin(name),
        Operand::Value(Value::Object(class)) => {
            match walk.scene.known_state(*class).map(|state| state.kind.clone()) {
                Some(ObjectKind::Function { .. }) => Class::Recorded(*class),
                Some(ObjectKind::Proxy | ObjectKind::Opaque) | None => return Err(unknown()),
                Some(_) => return Err(no_class()),
            }
        }
        Operand::Value(Value::Unavailable) => return Err(unknown()),
        _ => return Err(no_class()),
    };
    let Value::Object(object) = left else {
        return match left {
            Value::Unavailable | Value::Uninitialized => Err(unknown()),
            _ => Ok(Value::Boolean(false)),
        };
    };
    let prototypes = walk.prototypes(*object)?;
    Ok(Value::Boolean(match class {
        Class::Recorded(class) => {
            if walk.has_own(class, &Key::Symbol("Symbol.hasInstance".into()))? {
                return Err(Stop::Beyond);
            }
            // A prototype names its class; of a class its prototype was recorded as well.
            let own = walk.own(class, &Key::Name("prototype".into()))?;
            let constructor = Key::Name("constructor".into());
            let mut is_instance = false;
            for prototype in prototypes.recorded {
                is_instance |= match &own {
                    Some(own) => own.as_value() == Some(&Value::Object(prototype)),
                    None => walk
                        .own(prototype, &constructor)?
                        .is_some_and(|own| own.as_value() == Some(&Value::Object(class))),
                };
            }
            is_instance
        }
        Class::Builtin("Object") => true,
        Class::Builtin(name) => match prototypes.builtin {
            Some(builtin) => *builtin == *name || builtin.ends_with("Error") && name == "Error",
            None => return Err(unknown()),
        },
    }))
}

enum Class {
    Recorded(recording::ids::ObjectId),
    Builtin(&'static str),
}

fn no_class() -> Stop {
    Stop::Error(
        "TypeError",
        "Right-hand side of 'instanceof' is not callable".to_owned(),
    )
}
