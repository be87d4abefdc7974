using System.Diagnostics.CodeAnalysis;

namespace SmartCity.NgsiLd;

/// <summary>
/// A value or the standard's error. Exceptions are left for bugs and outages.
/// </summary>
[SuppressMessage("Usage", "CA2225", Justification = "The conversions are the whole point; Ok and Fail would say it twice.")]
public readonly struct Result<T>
{
    private readonly T? _value;

    private Result(T? value, NgsiLdError? error)
    {
        _value = value;
        Error = error;
    }

    /// <summary>Null where there is a value.</summary>
    public NgsiLdError? Error { get; }

    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Error is null;

    /// <exception cref="InvalidOperationException">There is an error instead.</exception>
    public T Value => Error is null ? _value! : throw new InvalidOperationException(Error.Detail);

    public bool TryGet([MaybeNullWhen(false)] out T value, [MaybeNullWhen(true)] out NgsiLdError error)
    {
        value = _value;
        error = Error;
        return error is null;
    }

    public Result<TNext> Then<TNext>(Func<T, Result<TNext>> next) => Error is null ? next(_value!) : Error;

    public Result<TNext> Map<TNext>(Func<T, TNext> map) => Error is null ? map(_value!) : Error;

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(NgsiLdError error) => new(default, error);
}
