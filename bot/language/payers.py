"""Whose contribution or maternity subsidy a text speaks of."""

import re
from collections.abc import Mapping

# 单位给我交的医保 tells who is insured, not whose contribution is asked about.
_HOW_MUCH = r"(?=[^,。;!?的]{0,4}(?:多少|几|好多|什么)|的?(?:比例|费率|部分|钱)|的?\W*\Z)"
_PAYS: Mapping[str, re.Pattern[str]] = {
    "mutual_aid": re.compile(
        r"(?<![交加买缴])(?:大病|大额)(?:医疗)?互助(?:金|费|的钱)?(?:\W*\Z|[^,。;!?]{0,6}(?:多少|"
        r"几[个多块]|好多|"
        r"怎么[交缴]))"
    ),
    "unemployed": re.compile(r"失业(?!率)"),
    "flexible": re.compile(r"灵活就业|自由职业|个体户|自己(?:去)?(?:交|缴|买)(?:的)?职工|打零工"),
    "employer": re.compile(
        r"用人单位|(?:单位|公司|企业|老板|厂里)(?:部分|那部分|方面|这边|每月|一个?月|要|得|该|帮|给|替|"
        rf"还要){{0,3}}(?:交|缴|出|承担|负担){_HOW_MUCH}"
    ),
    "employee": re.compile(
        rf"(?:职工|员工|个人|自己|本人|我)(?:部分|那部分|每个?月|一个?月|要|得|该|还要){{0,3}}(?:交|缴|"
        rf"扣){_HOW_MUCH}|"
        r"(?:单位|企业|在职)(?:的)?(?:职工|员工)|工资里扣"
    ),
}
_WITH_ACCOUNT = re.compile(r"(?<!不)(?<!没)(?:带|有|建|含)(?:了)?(?:个人账户|个账|账户)|统账结合")
_INPATIENT_ONLY = re.compile(
    r"(?:只|仅|光)(?:保|交|买|要)(?:的)?(?:住院|统筹)|(?:不|没有?)(?:带|建)?(?:个人账户|个账)|单建统筹"
)
_GIVES_BIRTH: Mapping[str, re.Pattern[str]] = {
    "hardship_company_woman": re.compile(r"特困企业|困难企业|破产企业"),
    "uninsured_wife_of_male_employee": re.compile(
        r"(?:男职工|老公|丈夫|爱人|配偶|堂客|老婆|妻子|媳妇)[^。;!?]{0,16}(?:没有?|未|冇)(?:参|交|买|工作|"
        r"医保|上班|保险)|未参保(?:的)?(?:配偶|妻子|老婆)|"
        r"(?:没有?|未|冇)(?:参保|工作|医保|上班|保险)[^;!?]{0,12}(?:老公|丈夫|爱人)|男职工(?:的)?(?:未就业|"
        r"没工作|没参保)?(?:的)?(?:配偶|老婆|妻子)"
    ),
    "unemployed_woman": re.compile(r"失业"),
    "flexible_woman": re.compile(r"灵活就业|自由职业|个体户"),
}
_ABOUT_PAYING = re.compile(r"交|缴|费率|保费|基数|扣")
_ABOUT_BIRTH = re.compile(r"生育补助|生育补贴|补助金|生孩子|生小孩|生崽|分娩|顺产|剖[宫腹]|生育")
_ANSWER = 14  # characters; who only answers says no more


def find_who(text: str) -> str | None:
    """Return the code of input `who` that `text` tells by itself; a bare name is one who pays."""
    if _ABOUT_BIRTH.search(text) and not re.search(r"[交缴]多少|费率", text):
        return whom(text, "maternity_subsidy")
    return whom(text, "contribution") if _ABOUT_PAYING.search(text) or len(text) <= _ANSWER else None


def whom(text: str, benefit: str) -> str | None:
    """Return the code of input `who` of `benefit` that `text` says in free words, None for none."""
    if benefit == "maternity_subsidy":
        return next((code for code, pattern in _GIVES_BIRTH.items() if pattern.search(text)), None)
    found = next((code for code, pattern in _PAYS.items() if pattern.search(text)), None)
    if found != "flexible":
        return found
    if _INPATIENT_ONLY.search(text):
        return "flexible_inpatient_only"
    return "flexible_with_account" if _WITH_ACCOUNT.search(text) else found
