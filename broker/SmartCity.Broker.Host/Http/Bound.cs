using System.Diagnostics.CodeAnalysis;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Host.Http;

/// <summary>What was asked, or the answer that refuses it (some refusals are bare status codes, ETSI GS CIM 009 6.3.4).</summary>
internal readonly struct Bound<T>
{
    private readonly T? _value;
    private readonly Reply? _refusal;

    private Bound(T? value, Reply? refusal)
    {
        _value = value;
        _refusal = refusal;
    }

    public bool TryGet([MaybeNullWhen(false)] out T value, [MaybeNullWhen(true)] out Reply refusal)
    {
        value = _value;
        refusal = _refusal;
        return refusal is null;
    }

    public static implicit operator Bound<T>(T value) => new(value, null);

    public static implicit operator Bound<T>(NgsiLdError error) => new(default, error);

    public static implicit operator Bound<T>(Reply refusal) => new(default, refusal);

    public static implicit operator Bound<T>(Result<T> result) =>
        result.TryGet(out var value, out var error) ? new(value, null) : new(default, error);
}
