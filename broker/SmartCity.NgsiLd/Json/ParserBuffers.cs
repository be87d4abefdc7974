namespace SmartCity.NgsiLd.Json;

/// <summary>What reading a body needs and the next one can use again. One per thread.</summary>
internal sealed class ParserBuffers
{
    [ThreadStatic]
    private static ParserBuffers? _kept;

    private readonly Stack<GivenMembers> _spare = new();

    public MemberNames Names { get; } = new();

    public KnownNames KnownNames { get; } = new();

    public static ParserBuffers Rent()
    {
        var buffers = _kept ?? new ParserBuffers();
        _kept = null;
        return buffers;
    }

    public void Return()
    {
        Names.Clear();
        _kept = this;
    }

    public GivenMembers RentMembers() => _spare.TryPop(out var members) ? members : new GivenMembers();

    public void Return(GivenMembers members)
    {
        members.Clear();
        _spare.Push(members);
    }
}
