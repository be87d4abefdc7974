namespace SmartCity.NgsiLd.Entities;

/// <summary>
/// An Entity in the form that is kept: one block of bytes in which names are numbers (<see cref="Name"/>), values are verbatim
/// UTF-8 JSON, and system times are integers. Readers, matchers and the store walk it in place; nothing is parsed twice.
/// </summary>
public sealed class PackedEntity
{
    private readonly byte[] _bytes;

    internal PackedEntity(byte[] bytes) => _bytes = bytes;

    /// <summary>The durable form, without the meaning of its name numbers.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    public string Id => throw new NotImplementedException();

    public ReadOnlySpan<byte> IdUtf8 => throw new NotImplementedException();

    public int TypeCount => throw new NotImplementedException();

    public Name TypeAt(int index) => throw new NotImplementedException();

    public bool HasType(Name type) => throw new NotImplementedException();

    public int ScopeCount => throw new NotImplementedException();

    public string ScopeAt(int index) => throw new NotImplementedException();

    public DateTimeOffset CreatedAt => throw new NotImplementedException();

    public DateTimeOffset ModifiedAt => throw new NotImplementedException();

    public Timestamp? ExpiresAt => throw new NotImplementedException();

    /// <summary>Walks the Attribute instances in order.</summary>
    public PackedAttributes Attributes => throw new NotImplementedException();

    public static PackedEntity Pack(Entity entity) => throw new NotImplementedException();

    public Entity Unpack() => throw new NotImplementedException();

    /// <summary>The Entity with only the Attributes of these names (its previous state in a change log, say).</summary>
    public PackedEntity Only(IReadOnlySet<string> attributeNames) => throw new NotImplementedException();

    /// <summary>
    /// Takes bytes that <see cref="Bytes"/> gave, perhaps in another process, whose name numbers are translated.
    /// </summary>
    /// <param name="bytes">Owned by the Entity from here on, and rewritten in place.</param>
    /// <param name="names">The name that a stored number stands for, or null where the numbers are those of this process.</param>
    /// <exception cref="InvalidDataException">The bytes are no packed Entity.</exception>
    public static PackedEntity FromBytes(byte[] bytes, Func<int, Name>? names) => throw new NotImplementedException();
}

/// <summary>Attribute instances inside a <see cref="PackedEntity"/>: <c>foreach</c> walks them in place.</summary>
public readonly ref struct PackedAttributes
{
    private readonly ReadOnlySpan<byte> _bytes;

    internal PackedAttributes(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public Enumerator GetEnumerator() => new(_bytes);

    /// <summary>Walks from instance to instance.</summary>
    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;

        internal Enumerator(ReadOnlySpan<byte> bytes) => _rest = bytes;

        public PackedAttribute Current { get; private set; }

        public bool MoveNext() => _rest.IsEmpty ? false : throw new NotImplementedException();
    }
}

/// <summary>One Attribute instance in place: every member is a slice of the Entity's bytes.</summary>
public readonly ref struct PackedAttribute
{
    public Name Name { get; init; }

    public AttributeKind Kind { get; init; }

    /// <summary>
    /// UTF-8 JSON of the kind's value member: <c>value</c>, <c>object</c> (a string or an array of strings),
    /// <c>languageMap</c>, <c>vocab</c> (expanded), <c>valueList</c>, <c>objectList</c> (array of {"object": ...}), <c>json</c>.
    /// </summary>
    public ReadOnlySpan<byte> Value { get; init; }

    /// <summary>Unescaped UTF-8; empty for the default instance.</summary>
    public ReadOnlySpan<byte> DatasetId { get; init; }

    /// <summary>The text as given; empty where there is none.</summary>
    public ReadOnlySpan<byte> ObservedAt { get; init; }

    /// <summary>Empty where there is none.</summary>
    public ReadOnlySpan<byte> ExpiresAt { get; init; }

    /// <summary>Unescaped UTF-8; empty where there is none.</summary>
    public ReadOnlySpan<byte> UnitCode { get; init; }

    /// <summary>UTC ticks.</summary>
    public long CreatedAtTicks { get; init; }

    /// <summary>UTC ticks.</summary>
    public long ModifiedAtTicks { get; init; }

    public PackedAttributes SubAttributes { get; init; }
}
